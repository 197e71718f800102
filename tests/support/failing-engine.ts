// An engine that fails at one operation, and counts what is alive: whatever fails, nothing may stay allocated.
import { AtelierError } from "../../src/base/errors.ts";
import { resultsOf, type Engine } from "../../src/runtime/engine.ts";

export interface FailingEngine {
  readonly engine: Engine;
  /** Operations that were asked for so far. */
  readonly count: () => number;
  /** Tensors and programs that were made and not disposed. */
  readonly alive: () => number;
}

/** A code that nothing in an engine has. */
export const injected = "client/worker-crashed";

/** @param failAt the operation that fails, counted from 1; 0: none */
export function failingEngine(inner: Engine, failAt: number): FailingEngine {
  let operations = 0;
  const live = new Set<object>();
  const count = (): void => {
    if (++operations === failAt) throw new AtelierError(injected, { worker: `operation ${failAt}` });
  };
  /** The inner engine knows its tensors by what they are, so they are watched in place. */
  const watched = <T extends { dispose(): void }>(made: T): T => {
    const dispose = made.dispose.bind(made);
    live.add(made);
    return Object.assign(made, {
      dispose: () => {
        live.delete(made);
        dispose();
      },
    });
  };
  const engine: Engine = {
    kind: inner.kind,
    description: inner.description,
    hasFloat16: inner.hasFloat16,
    isFallback: inner.isFallback,
    lost: inner.lost,
    compile: async (graph) => {
      count();
      return watched(await inner.compile(graph));
    },
    upload: (...args) => {
      count();
      return watched(inner.upload(...args));
    },
    run: async (program, feeds) => {
      count();
      const results = await inner.run(program, feeds);
      return resultsOf(program.graph, ({ name }) => watched(results[name]));
    },
    hostNumber: (value) => watched(inner.hostNumber(value)),
    firstRows: (tensor, rows) => inner.firstRows(tensor, rows),
    read: async (tensor) => {
      count();
      return inner.read(tensor);
    },
    readAll: async (tensors) => {
      count();
      return inner.readAll(tensors);
    },
    settled: async () => {
      count();
      await inner.settled();
    },
    copyInto: (...args) => {
      count();
      inner.copyInto(...args);
    },
    memory: () => inner.memory(),
    dispose: () => inner.dispose(),
  };
  return { engine, count: () => operations, alive: () => live.size };
}
