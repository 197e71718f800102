// A checkpoint's vectors as tensors of a state file: parameters.GROUP, fixed.GROUP and optimizer.VECTOR.GROUP. Files of version 1 have
// adapter.N, first.N and second.N by layer, and their number in the metadata.
import { AtelierError } from "../../base/errors.ts";
import { currentCheckpoint } from "../../checkpoint/migrations.ts";
import { formatVersion, type Checkpoint, type GroupVectors } from "../../checkpoint/run-record.ts";
import { readTensor, type SafetensorsFile, type TensorToStore } from "../../interchange/safetensors.ts";

export function checkpointTensors({ parameters, fixed, optimizer }: Checkpoint): TensorToStore[] {
  const tensors = (prefix: string, vectors: GroupVectors): TensorToStore[] =>
    Object.entries(vectors).map(([group, data]) => ({ name: `${prefix}.${group}`, shape: [data.length], data }));
  return [
    ...tensors("parameters", parameters),
    ...tensors("fixed", fixed),
    ...Object.entries(optimizer).flatMap(([name, vectors]) => tensors(`optimizer.${name}`, vectors)),
  ];
}

/**
 * @param version of the file
 * @param layers of a file of version 1
 * @throws AtelierError `checkpoint/invalid` where a file of version 1 holds another number of layers than it says
 */
export async function readCheckpointTensors(
  file: SafetensorsFile,
  version: number,
  rest: Pick<Checkpoint, "step" | "cursor" | "lossScale">,
  layers?: number,
): Promise<Checkpoint> {
  if (version === 1) {
    const [adapter, first, second] = [await readLayers(file, "adapter"), await readLayers(file, "first"), await readLayers(file, "second")];
    if ([adapter, first, second].some(({ length }) => length !== layers)) throw new AtelierError("checkpoint/invalid#other-shape");
    return currentCheckpoint({ version, ...rest, adapter, first, second });
  }
  const optimizer: Record<string, Record<string, Float32Array>> = {};
  for (const name of namesOf(file, "optimizer.")) {
    const [vector = "", ...group] = name.split(".");
    (optimizer[vector] ??= {})[group.join(".")] = await readTensor(file, `optimizer.${name}`);
  }
  return {
    version: formatVersion,
    ...rest,
    parameters: await readGroups(file, "parameters."),
    fixed: await readGroups(file, "fixed."),
    optimizer,
  };
}

/** Names of tensors that begin with a prefix, without it. */
function namesOf({ tensors }: SafetensorsFile, prefix: string): string[] {
  return [...tensors.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

async function readGroups(file: SafetensorsFile, prefix: string): Promise<GroupVectors> {
  const groups: Record<string, Float32Array> = {};
  for (const name of namesOf(file, prefix)) groups[name] = await readTensor(file, prefix + name);
  return groups;
}

async function readLayers(file: SafetensorsFile, kind: string): Promise<Float32Array[]> {
  const layers: Float32Array[] = [];
  while (file.tensors.has(`${kind}.${layers.length}`)) layers.push(await readTensor(file, `${kind}.${layers.length}`));
  return layers;
}
