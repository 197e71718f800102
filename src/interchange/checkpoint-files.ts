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
  if (!index) throw new AtelierError("model/file-missing#folder", { model, file: singleFile });
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
    if (!source) throw new AtelierError("model/file-missing#shard", { model, file: shard, index: indexFile });
    shards.set(shard, await openSafetensors(source));
  }
  const find = (name: string): SafetensorsFile => {
    const shard = weightMap.get(name);
    const file = shard === undefined ? undefined : shards.get(shard);
    if (file?.tensors.has(name)) return file;
    const place = { index: indexFile, tensor: name };
    throw shard === undefined
      ? new AtelierError("model/tensor-missing#index", place)
      : new AtelierError("model/tensor-missing#shard", { ...place, shard });
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
  throw new AtelierError("model/file-invalid#index", { file: source.name });
}

function weightMapOf(text: string): unknown {
  try {
    const index = JSON.parse(text) as { readonly weight_map?: unknown } | null;
    return index?.weight_map;
  } catch {
    return undefined;
  }
}
