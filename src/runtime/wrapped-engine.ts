// An engine that does most as another one does: what is named is its own.
import type { Engine } from "./engine.ts";

/** Engines are objects of classes, whose methods a spread would leave behind. */
export function wrappedEngine(inner: Engine, own: Partial<Engine>): Engine {
  return {
    kind: inner.kind,
    description: inner.description,
    hasFloat16: inner.hasFloat16,
    isFallback: inner.isFallback,
    lost: inner.lost,
    compile: (graph) => inner.compile(graph),
    run: (program, feeds) => inner.run(program, feeds),
    upload: (dtype, shape, data) => inner.upload(dtype, shape, data),
    hostNumber: (value) => inner.hostNumber(value),
    firstRows: (tensor, rows) => inner.firstRows(tensor, rows),
    read: (tensor) => inner.read(tensor),
    readAll: (tensors) => inner.readAll(tensors),
    settled: () => inner.settled(),
    copyInto: (copies) => inner.copyInto(copies),
    memory: () => inner.memory(),
    dispose: () => inner.dispose(),
    ...own,
  };
}
