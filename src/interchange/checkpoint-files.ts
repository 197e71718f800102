// The weights of a model folder as one reader: a single model.safetensors, or shards with the index that says which tensor
// lies in which (model.safetensors.index.json, as transformers writes it).
import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import type { TensorReader } from "../model/tensor-reader.ts";
import { openSafetensors, readTensor, type SafetensorsFile } from "./safetensors.ts";

const singleFile = "model.safetensors";
const indexFile = "model.safetensors.index.json";

type Open = (file: string) => Promise<ByteSource | null>;

/**
 * @param model its name, for messages
 * @throws AtelierError `model/file-missing` naming the file; `model/tensor-missing` naming tensor and shard; as openSafetensors
 */
export async function openWeights(model: string, open: Open): Promise<TensorReader> {
  const single = await open(singleFile);
  if (single) return readerOf(await openSafetensors(single));
  const index = await open(indexFile);
  if (!index)
    throw missing(model, singleFile, "A model folder needs config.json, model.safetensors, tokenizer.json and tokenizer_config.json.");
  return openShards(model, await parseIndex(index), open);
}

function readerOf(file: SafetensorsFile): TensorReader {
  return {
    shapes: new Map([...file.tensors].map(([name, { shape }]) => [name, shape])),
    read: (...range) => readTensor(file, ...range),
  };
}

async function openShards(model: string, weightMap: ReadonlyMap<string, string>, open: Open): Promise<TensorReader> {
  const shards = new Map<string, SafetensorsFile>();
  for (const shard of new Set(weightMap.values())) {
    const source = await open(shard);
    if (!source) throw missing(model, shard, `${indexFile} names it. Add it, or download the model again.`);
    shards.set(shard, await openSafetensors(source));
  }
  const find = (name: string): SafetensorsFile => {
    const shard = weightMap.get(name);
    const file = shard === undefined ? undefined : shards.get(shard);
    if (file?.tensors.has(name)) return file;
    throw new AtelierError(
      "model/tensor-missing",
      shard === undefined
        ? `${indexFile} names no tensor ${name}.`
        : `${indexFile} puts the tensor ${name} into ${shard}, which does not hold it.`,
      "Check that the index and the shards belong to the same model.",
    );
  };
  return {
    shapes: new Map([...weightMap.keys()].map((name) => [name, find(name).tensors.get(name)?.shape ?? []])),
    read: async (name, ...rows) => readTensor(find(name), name, ...rows),
  };
}

/** @throws AtelierError `model/file-invalid` */
async function parseIndex(source: ByteSource): Promise<ReadonlyMap<string, string>> {
  const text = new TextDecoder().decode(await source.read(0, source.size));
  const map = weightMapOf(text);
  const entries = typeof map === "object" && map !== null ? Object.entries(map as Record<string, unknown>) : [];
  const isPlain = (file: unknown): file is string => typeof file === "string" && /^[^/\\]+\.safetensors$/.test(file);
  if (entries.length > 0 && entries.every(([, file]) => isPlain(file))) return new Map(entries as [string, string][]);
  throw new AtelierError(
    "model/file-invalid",
    `${source.name} has no weight_map from tensors to .safetensors files beside it.`,
    "Check that it is the index as the model's author published it.",
  );
}

function weightMapOf(text: string): unknown {
  try {
    const index = JSON.parse(text) as { readonly weight_map?: unknown } | null;
    return index?.weight_map;
  } catch {
    return undefined;
  }
}

function missing(model: string, file: string, hint: string): AtelierError {
  return new AtelierError("model/file-missing", `${model} has no ${file}.`, hint);
}
