// The weights of a model folder as one reader: a single model.safetensors, or shards with the index that says which tensor
// lies in which (model.safetensors.index.json, as transformers writes it).
import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import type { TensorReader } from "../model/tensor-reader.ts";
import { openQuantized, type CheckpointFacts } from "./quantized/open-quantized.ts";
import type { StoredTensors } from "./quantized/quantized-matrix.ts";
import { openSafetensors, readStored, readTensor, type SafetensorsFile, type StoredTensor } from "./safetensors.ts";

const singleFile = "model.safetensors";
const indexFile = "model.safetensors.index.json";

type Open = (file: string) => Promise<ByteSource | null>;

/**
 * @param facts what tells how quantized matrices are read; their model's name, for messages
 * @throws AtelierError `model/file-missing` naming the file; `model/tensor-missing` naming tensor and shard; as openSafetensors and
 *   openQuantized
 */
export async function openWeights(facts: CheckpointFacts, open: Open): Promise<TensorReader> {
  const single = await open(singleFile);
  if (single) {
    const file = await openSafetensors(single);
    return openQuantized(
      storedTensors(file.tensors, () => file),
      facts,
    );
  }
  const index = await open(indexFile);
  if (!index) throw new AtelierError("model/file-missing#folder", { model: facts.name, file: singleFile });
  return openQuantized(await openShards(facts.name, await parseIndex(index), open), facts);
}

async function openShards(model: string, weightMap: ReadonlyMap<string, string>, open: Open): Promise<StoredTensors> {
  const shards = new Map<string, SafetensorsFile>();
  for (const shard of new Set(weightMap.values())) {
    const source = await open(shard);
    if (!source) throw new AtelierError("model/file-missing#shard", { model, file: shard, index: indexFile });
    shards.set(shard, await openSafetensors(source));
  }
  const find = (name: string): { readonly file: SafetensorsFile; readonly entry: StoredTensor } => {
    const shard = weightMap.get(name);
    const file = shard === undefined ? undefined : shards.get(shard);
    const entry = file?.tensors.get(name);
    if (file && entry) return { file, entry };
    const place = { index: indexFile, tensor: name };
    throw shard === undefined
      ? new AtelierError("model/tensor-missing#index", place)
      : new AtelierError("model/tensor-missing#shard", { ...place, shard });
  };
  return storedTensors(new Map([...weightMap.keys()].map((name) => [name, find(name).entry])), (name) => find(name).file);
}

function storedTensors(entries: ReadonlyMap<string, StoredTensor>, fileOf: (name: string) => SafetensorsFile): StoredTensors {
  return {
    entries,
    bytes: async (name, ...range) => readStored(fileOf(name), name, ...range),
    floats: async (name, ...rows) => readTensor(fileOf(name), name, ...rows),
    metadata: (name) => fileOf(name).metadata,
    latest: {},
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
