// A new model as the files of a folder: config.json from the settings of its shape, weights drawn from a seed, and a tokenizer. From then
// on it is a model like any other. Its small files and its seed are enough to make it again.
import { isRecord } from "../../base/json.ts";
import { wholeWeightsName } from "../../config/adapter-files.ts";
import { newModelConfig, type NewModelShape } from "../../config/new-model.ts";
import { encodeSafetensors } from "../../interchange/safetensors.ts";
import { parseModelConfig } from "../../model/architectures.ts";
import { randomWeights } from "../../model/random-weights.ts";
import type { ModelSpec } from "../../model/spec.ts";
import { optionalJson, optionalText, type ModelFiles } from "../../sources/model-files.ts";
import type { NewTokenizer } from "../../tokens/new-tokenizer.ts";
import { smallFiles } from "./cache-manifest.ts";

/** Texts of files by their names. */
export type SmallFiles = Readonly<Record<string, string>>;

const configFile = "config.json";

/** Of the tokens that begin, end and fill texts, which config.json names too. */
const tokenIdKeys = ["bos_token_id", "eos_token_id", "pad_token_id"] as const;

export function newModelSpec(shape: NewModelShape, vocabulary: number): ModelSpec {
  return parseModelConfig(newModelConfig(shape, vocabulary));
}

/** All that is read of a model beside its weights. */
export async function smallFilesOf(files: ModelFiles): Promise<SmallFiles> {
  const found: Record<string, string> = {};
  for (const name of smallFiles) {
    const text = await optionalText(files, name);
    if (text !== undefined) found[name] = text;
  }
  return found;
}

/** The tokenizer of another model, and a config.json of the new one. */
export async function withTokenizerOf(files: ModelFiles, shape: NewModelShape, vocabulary: number): Promise<SmallFiles> {
  const config = await optionalJson(files, configFile);
  const ids = tokenIdKeys.flatMap((key) => (isRecord(config) && config[key] !== undefined ? [[key, config[key]] as const] : []));
  return { ...(await smallFilesOf(files)), [configFile]: written({ ...newModelConfig(shape, vocabulary), ...Object.fromEntries(ids) }) };
}

/** A new config.json, and a tokenizer that was made for it; null: none, all goes by ids. */
export function withTokenizer(
  tokenizer: Pick<NewTokenizer, "tokenizer" | "config" | "ids"> | null,
  shape: NewModelShape,
  vocabulary: number,
): SmallFiles {
  return {
    [configFile]: written({ ...newModelConfig(shape, vocabulary), ...tokenizer?.ids }),
    ...(tokenizer ? { "tokenizer.json": written(tokenizer.tokenizer), "tokenizer_config.json": written(tokenizer.config) } : {}),
  };
}

const smallNames: ReadonlySet<string> = new Set(smallFiles);

/**
 * Whether texts, from wherever, are those that a new model of the shape is made of: files that a model has, with the config.json of the
 * shape. Nothing of it is made yet.
 * @param vocabulary as the run's parameters have it
 */
export function isMadeOf(small: unknown, shape: NewModelShape, vocabulary: number): small is SmallFiles {
  if (!isRecord(small) || !Object.entries(small).every(([name, text]) => smallNames.has(name) && typeof text === "string")) return false;
  const config = parsedJson(small[configFile]);
  const expected = Object.entries(newModelConfig(shape, vocabulary));
  return isRecord(config) && expected.every(([key, value]) => JSON.stringify(config[key]) === JSON.stringify(value));
}

function parsedJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** The same files for the same texts and seed. */
export function newModelFiles(small: SmallFiles, seed: number): readonly File[] {
  const spec = parseModelConfig(JSON.parse(small[configFile] ?? "{}"));
  // A file that is made again is the same file: a copy on this device is told by its time.
  const file = (name: string, content: BlobPart): File => new File([content], name, { lastModified: 0 });
  const weights = encodeSafetensors([...randomWeights(spec, seed)], { format: "pt" });
  return [...Object.entries(small).map(([name, text]) => file(name, text)), file(wholeWeightsName, weights)];
}

function written(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
