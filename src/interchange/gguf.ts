// A GGUF file as the model folder that it was converted from: configuration, tensors and tokenizer as Hugging Face has them, so
// that everything after this file need not know where a model came from.
import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import { firstNotFinite } from "../base/finite.ts";
import type { TensorReader } from "../model/tensor-reader.ts";
import { words } from "../words/message.ts";
import { ggufArchitecture, huggingFaceName, ropeTensors, type GgufArchitecture } from "./gguf-architectures.ts";
import { configOf } from "./gguf-config.ts";
import { invalidGguf } from "./gguf-errors.ts";
import { readGgufHeader, type GgufHeader } from "./gguf-header.ts";
import { ggufReader, readPlain, type PlacedTensor } from "./gguf-reader.ts";
import { tokenizerOf, type GgufTokenizer } from "./gguf-tokenizer.ts";

export interface GgufModel {
  /** As config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly reader: TensorReader;
  /** Made when asked for: a model may be of use without. @throws AtelierError `tokens/tokenizer-invalid` */
  readonly tokenizer: () => GgufTokenizer;
  readonly hasTokenizer: boolean;
}

/**
 * Reads the header; tensors are read when the reader is asked for them.
 * @throws AtelierError `model/file-truncated`, `model/file-invalid`, `model/unknown-architecture`, `model/unsupported-feature`,
 *   `model/tensor-unknown`, naming key, tensor and type.
 */
export async function openGguf(source: ByteSource): Promise<GgufModel> {
  const header = await readGgufHeader(source);
  const { metadata, tensors } = header;
  refuseSplit(header);
  const { name, rules } = ggufArchitecture(architectureOf(header, source.name));
  const table = tensors.get("token_embd.weight");
  if (table?.shape.length !== 2) throw invalidGguf(source.name, words("gguf/no-table"));
  const config = configOf({
    file: source.name,
    name,
    rules,
    metadata,
    vocabularySize: table.shape[0] as number,
    tied: !tensors.has("output.weight"),
    ropeFactors: await readRopeFactors(header),
    hasTensor: (tensor) => tensors.has(tensor),
  });
  const heads = { query: config["num_attention_heads"] as number, key: config["num_key_value_heads"] as number };
  return {
    config,
    reader: ggufReader(header, placeAll(header, rules), heads),
    tokenizer: () => tokenizerOf(source.name, metadata),
    hasTokenizer: metadata.has("tokenizer.ggml.model") && metadata.text("tokenizer.ggml.model") !== "no_vocab",
  };
}

/** Pairs of dimensions of a head. */
const mostPairs = 4096;

function architectureOf({ metadata }: GgufHeader, file: string): string {
  const key = "general.architecture";
  const name = metadata.text(key);
  if (name === undefined) throw invalidGguf(file, words("gguf/no-key", { key }));
  return name;
}

function refuseSplit({ source, metadata }: GgufHeader): void {
  const parts = metadata.number("split.count") ?? 1;
  if (parts > 1) throw new AtelierError("model/unsupported-feature#gguf-part", { file: source.name, parts });
}

function placeAll({ tensors, source }: GgufHeader, rules: GgufArchitecture): ReadonlyMap<string, PlacedTensor> {
  const placed = new Map<string, PlacedTensor>();
  for (const [name, tensor] of tensors) {
    if ((ropeTensors as readonly string[]).includes(name)) continue;
    const found = huggingFaceName(rules, name);
    if (!found) throw new AtelierError("model/tensor-unknown#gguf", { file: source.name, tensor: name });
    placed.set(found.name, { tensor, change: found.change });
  }
  return placed;
}

async function readRopeFactors(header: GgufHeader): Promise<Parameters<typeof configOf>[0]["ropeFactors"]> {
  const read = async (name: (typeof ropeTensors)[number]): Promise<Float32Array | undefined> => {
    const tensor = header.tensors.get(name);
    if (!tensor) return undefined;
    const file = header.source.name;
    if (tensor.shape.length !== 1 || (tensor.shape[0] ?? 0) > mostPairs)
      throw invalidGguf(file, words("gguf/no-short-vector", { tensor: name }));
    const factors = await readPlain(header, tensor);
    const bad = firstNotFinite(factors);
    if (bad) throw new AtelierError("model/not-finite#gguf", { file, value: bad.what, tensor: name });
    return factors;
  };
  const [llama3, long, short] = [await read(ropeTensors[0]), await read(ropeTensors[1]), await read(ropeTensors[2])];
  return { ...(llama3 ? { llama3 } : {}), ...(long ? { long } : {}), ...(short ? { short } : {}) };
}
