// An engine that counts what is asked of it: what a host pays for on a GPU whatever the size of the model.
import { byteLength } from "../../src/base/tensor.ts";
import { asEncoded } from "../../src/graph/encoded-nodes.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { wrappedEngine } from "../../src/runtime/wrapped-engine.ts";

export interface Counts {
  /** Runs and the nodes of their graphs as they are encoded, by the names of the graphs. */
  readonly runs: Readonly<Record<string, number>>;
  readonly nodes: Readonly<Record<string, number>>;
  /** How often the host waited for numbers. */
  readonly reads: number;
  readonly readBytes: number;
  /** Tensors that were copied into others. */
  readonly copies: number;
  readonly uploads: readonly { readonly name: string; readonly bytes: number }[];
}

export interface CountedEngine {
  readonly engine: Engine;
  /** What was asked since the last call. */
  readonly take: () => Counts;
}

export function countedEngine(inner: Engine): CountedEngine {
  let [runs, nodes]: Record<string, number>[] = [{}, {}];
  let reads = 0;
  let copied = 0;
  let readBytes = 0;
  let uploads: { name: string; bytes: number }[] = [];
  const engine = wrappedEngine(inner, {
    upload: (dtype, shape, data) => {
      uploads.push({ name: `${dtype} [${shape.join(", ")}]`, bytes: byteLength(dtype, shape) });
      return inner.upload(dtype, shape, data);
    },
    run: (program, feeds) => {
      const { name } = program.graph;
      runs = { ...runs, [name]: (runs?.[name] ?? 0) + 1 };
      nodes = { ...nodes, [name]: (nodes?.[name] ?? 0) + asEncoded(program.graph).nodes.length };
      return inner.run(program, feeds);
    },
    copyInto: (copies) => {
      copied += copies.length;
      inner.copyInto(copies);
    },
    read: (tensor) => {
      reads++;
      readBytes += tensor.bytes;
      return inner.read(tensor);
    },
    readAll: (tensors) => {
      reads++;
      for (const { bytes } of tensors) readBytes += bytes;
      return inner.readAll(tensors);
    },
  });
  const take = (): Counts => {
    const counts = { runs: runs ?? {}, nodes: nodes ?? {}, reads, readBytes, copies: copied, uploads };
    [runs, nodes, reads, readBytes, copied, uploads] = [{}, {}, 0, 0, 0, []];
    return counts;
  };
  return { engine, take };
}
