import type { Engine } from "../../src/runtime/engine.ts";
import { wrappedEngine } from "../../src/runtime/wrapped-engine.ts";

/** An engine with the number of programs that were compiled on it and of those that are there. */
export function countedPrograms(inner: Engine) {
  const count = { compiled: 0, live: 0 };
  const compile: Engine["compile"] = async (graph) => {
    const program = await inner.compile(graph);
    count.compiled++;
    count.live++;
    const dispose = (): void => {
      count.live--;
      program.dispose();
    };
    return { ...program, dispose };
  };
  return { engine: wrappedEngine(inner, { compile }), count };
}
