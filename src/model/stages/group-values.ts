// A group of parameters as a stage's graph takes it: one flat input, cut into its tensors.
import { itemOf } from "../../base/the.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { ParameterValues } from "../methods/method.ts";
import type { ParameterEntry, ParameterGroup } from "../parameters.ts";

export interface GroupValues {
  /** The whole input, by which gradients are taken: [size], or rows of as many numbers as most of its matrices have. */
  readonly flat: Value;
  readonly values: ParameterValues;
}

/** @param input name of the input that the group's vector is fed by */
export function groupValues(g: GraphBuilder, input: string, { entries, size }: ParameterGroup): GroupValues {
  const width = commonWidth(entries);
  const flat = g.input(input, "float32", width === 1 ? [size] : [size / width, width]);
  const parts = g.split(
    flat,
    entries.map((entry) => entry.size / width),
  );
  return { flat, values: new Map(entries.map(({ name, shape }, at) => [name, g.reshape(itemOf(parts, at), shape)])) };
}

/** Matrices of this width are cut out of rows as they are; 1 where there is none that all tensors are whole rows of. */
function commonWidth(entries: readonly ParameterEntry[]): number {
  const uses = new Map<number, number>();
  for (const { shape } of entries) {
    const width = shape.length === 2 ? itemOf(shape, 1) : 1;
    if (entries.every(({ size }) => size % width === 0)) uses.set(width, (uses.get(width) ?? 0) + 1);
  }
  const [best = 1] = [...uses.keys()].toSorted((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0));
  return best;
}
