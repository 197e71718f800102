// A model's files as one folder in Hugging Face's layout, whether they are one or a single GGUF file: for the engine worker, the
// data worker, the budget and the copies on this device alike.
import { blobSource } from "../../base/byte-source.ts";
import { isRecord } from "../../base/json.ts";
import { openWeights } from "../../interchange/weight-files.ts";
import type { GgufModel } from "../../interchange/gguf.ts";
import { settingsFiles } from "../../interchange/quantized/makers.ts";
import { parseModelConfig } from "../../model/architectures.ts";
import { publishedQuantization } from "../../model/published-quantization.ts";
import type { TensorReader } from "../../model/tensor-reader.ts";
import { optionalJson, optionalText, requireFile, requireJson, type ModelFiles } from "../../sources/model-files.ts";
import type { Tokenizer, TokenizerFiles } from "../../tokens/tokenizer.ts";
import { tokenizerFingerprint } from "./tokenizer-fingerprint.ts";

/** What {@link ModelFiles} gives, with weights that can be read. */
export interface ModelFolder extends ModelFiles {
  /** Opens the weights and names the files that they lie in. */
  readonly weights: () => Promise<{ readonly reader: TensorReader; readonly files: readonly string[] }>;
  /** Whether the weights may have forms of their own, told without a look at them: on a hub a look is a download. */
  readonly mayBeQuantized: () => Promise<boolean>;
}

/** Most models are no such file. */
export const ggufReader = () => import("../../interchange/gguf.ts");

/** @throws AtelierError as reading the header of a GGUF file */
export async function asFolder(files: ModelFiles): Promise<ModelFolder> {
  if (files.wholeModel === null) {
    const folder = { ...files, open: (file: string) => files.open(file) };
    return { ...folder, weights: () => folderWeights(files), mayBeQuantized: () => mayBeQuantized(files) };
  }
  const { openGguf } = await ggufReader();
  return ggufFolder(files, files.wholeModel, await openGguf(await requireFile(files, files.wholeModel)));
}

/** optimum-quanto says so in a file of its own, old GPTQ and AWQ in theirs. */
const quantizationFiles = ["quanto_qmap.json", ...settingsFiles];

async function mayBeQuantized(folder: ModelFiles): Promise<boolean> {
  const config = await requireJson(folder, "config.json");
  if (isRecord(config) && publishedQuantization(config)) return true;
  for (const file of quantizationFiles) if (await folder.open(file)) return true;
  return false;
}

async function folderWeights(folder: ModelFiles): ReturnType<ModelFolder["weights"]> {
  const found: string[] = [];
  const { name } = folder;
  const config = await requireJson(folder, "config.json");
  const spec = parseModelConfig(config, name);
  const facts = { name, spec, config: isRecord(config) ? config : {}, beside: (file: string) => optionalJson(folder, file) };
  const reader = await openWeights(facts, async (file) => {
    const opened = await folder.open(file);
    if (opened) found.push(file);
    return opened;
  });
  return { reader, files: found };
}

/** The small files are made from what the header says; a tokenizer is only made once it is asked for. */
function ggufFolder(files: ModelFiles, whole: string, model: GgufModel): ModelFolder {
  const made: Readonly<Record<string, () => unknown>> = {
    "config.json": () => model.config,
    ...(model.hasTokenizer
      ? {
          "tokenizer.json": () => model.tokenizer().tokenizer,
          "tokenizer_config.json": () => model.tokenizer().config,
          "generation_config.json": () => model.tokenizer().generation,
        }
      : {}),
  };
  return {
    ...files,
    wholeModel: null,
    open: async (file) => {
      const make = Object.hasOwn(made, file) ? made[file] : undefined;
      if (make) return blobSource(file, new Blob([JSON.stringify(make())]));
      return file === whole ? files.open(file) : null;
    },
    weights: async () => ({ reader: model.reader, files: [whole] }),
    mayBeQuantized: () => Promise.resolve(true),
  };
}

export interface ModelTokenizer extends Tokenizer {
  /** The same for the same tokens and the same chat template. */
  readonly fingerprint: string;
}

/** Half of a worker's code; it comes while the files are read. */
const tokenizerCode = () => import("../../tokens/tokenizer.ts");

/** @throws AtelierError as reading the files, and `tokens/tokenizer-invalid` */
export async function openModelTokenizer(folder: ModelFiles): Promise<ModelTokenizer> {
  const code = tokenizerCode();
  // Where it fails before it is waited for, the folder's own fault counts.
  code.catch(() => undefined);
  const template = await folderTemplate(folder);
  const files: TokenizerFiles = {
    tokenizer: await requireJson(folder, "tokenizer.json"),
    config: await requireJson(folder, "tokenizer_config.json"),
    specialTokensMap: await optionalJson(folder, "special_tokens_map.json"),
    ...(template === undefined ? {} : { template }),
    endTokenSources: [await optionalJson(folder, "generation_config.json"), await requireJson(folder, "config.json")],
  };
  const fingerprint = await tokenizerFingerprint(files);
  return Object.assign((await code).openTokenizer(files), { fingerprint });
}

/** transformers 5 writes chat_template.jinja; processors of transformers 4 wrote chat_template.json. */
async function folderTemplate(folder: ModelFiles): Promise<string | undefined> {
  const text = await optionalText(folder, "chat_template.jinja");
  if (text !== undefined) return text;
  const wrapped = await optionalJson(folder, "chat_template.json");
  return isRecord(wrapped) && typeof wrapped["chat_template"] === "string" ? wrapped["chat_template"] : undefined;
}
