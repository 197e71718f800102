// The rows that go into the first layer, where some of them are trained: rows of trained tables are picked on the engine and added to
// what the host knows (frozen embeddings, learned positions, noise). Without trained rows there is no such graph.
import { entryOf } from "../../base/the.ts";
import type { FloatType } from "../../base/tensor.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph } from "../../graph/ir.ts";
import type { Value } from "../../graph/value.ts";
import type { ParameterGroup } from "../parameters.ts";
import { groupValues } from "./group-values.ts";

/** A trained table: each token may take one of its rows. */
export interface TrainedRows {
  /** Entry of the group, [rows, hidden]. */
  readonly entry: string;
  /** A row is multiplied by this. */
  readonly scale: number;
  /** The tokens that its rows are of, in order; absent: all of the vocabulary, or no tokens. */
  readonly tokens?: readonly number[];
}

export interface EmbedGroup {
  readonly group: ParameterGroup;
  readonly tables: readonly TrainedRows[];
}

/** Stages of the same graph, the number of tokens apart, have the same key. */
export function embedKey(groups: readonly EmbedGroup[]): string {
  return JSON.stringify(groups.map(({ group, tables }) => [group.name, group.size, tables]));
}

/**
 * Inputs known [tokens, hidden], parameters.NAME of each group, and of each table index.ENTRY int32 [tokens] and use.ENTRY [tokens, 1]:
 * 1 for a token that takes a row of it, else 0; all float32. Output x [tokens, hidden], an activation.
 */
export function embedForwardGraph(
  groups: readonly EmbedGroup[],
  tokens: number,
  hiddenSize: number,
  activations: FloatType = "float32",
): Graph<"x"> {
  const g = new GraphBuilder({ activations });
  let x = g.input("known", "float32", [tokens, hiddenSize]);
  for (const { group, tables } of groups) {
    const { values } = groupValues(g, `parameters.${group.name}`, group);
    for (const { entry, scale } of tables) {
      const picked = g.gatherRows(entryOf(values, entry), g.input(`index.${entry}`, "int32", [tokens]));
      x = g.add(x, g.mul(picked, weightOf(g, entry, tokens, scale)));
    }
  }
  return g.finish("embed.forward", { x: g.cast(x, activations) });
}

/** Inputs dx, index.ENTRY, use.ENTRY, and gradientIn.NAME of each group, flat; outputs gradient.NAME = gradientIn.NAME + its own. */
export function embedBackwardGraph(
  groups: readonly EmbedGroup[],
  tokens: number,
  hiddenSize: number,
  activations: FloatType = "float32",
): Graph {
  const g = new GraphBuilder({ activations });
  const dx = g.widen(g.activation("dx", [tokens, hiddenSize]));
  const gradients = groups.map(({ group, tables }) => {
    const { values } = groupValues(g, `gradientIn.${group.name}`, group);
    const parts = group.entries.map(({ name, size }) => {
      const table = tables.find(({ entry }) => entry === name);
      const before = entryOf(values, name);
      if (!table) return g.reshape(before, [size]);
      const rows = g.mul(dx, weightOf(g, name, tokens, table.scale));
      return g.reshape(g.scatterRows(before, g.input(`index.${name}`, "int32", [tokens]), rows), [size]);
    });
    return [`gradient.${group.name}`, g.concat(parts, 0)] as const;
  });
  return g.finish("embed.backward", Object.fromEntries(gradients));
}

function weightOf(g: GraphBuilder, entry: string, tokens: number, scale: number): Value {
  const use = g.sharedInput(`use.${entry}`, "float32", [tokens, 1]);
  return scale === 1 ? use : g.mul(use, g.float(scale));
}
