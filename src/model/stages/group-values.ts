// A group of parameters as a stage's graph takes it: one flat input, cut into its tensors.
import { itemOf } from "../../base/the.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { ParameterValues } from "../methods/method.ts";
import type { ParameterGroup } from "../parameters.ts";

export interface GroupValues {
  /** The flat input [size], by which gradients are taken. */
  readonly flat: Value;
  readonly values: ParameterValues;
}

/** @param input name of the input that the group's vector is fed by */
export function groupValues(g: GraphBuilder, input: string, { entries, size }: ParameterGroup): GroupValues {
  const flat = g.input(input, "float32", [size]);
  const parts = g.split(
    flat,
    entries.map((entry) => entry.size),
  );
  return { flat, values: new Map(entries.map(({ name, shape }, at) => [name, g.reshape(itemOf(parts, at), shape)])) };
}
