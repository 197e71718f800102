// What goes into the first layer: rows that the host knows, and which rows of trained tables are added to them on the engine.
import { frozenRows, isVirtual, virtualId, type TrainedTables } from "./embed.ts";
import type { AppliedMethod } from "./methods/method.ts";
import type { ParameterEntry } from "./parameters.ts";
import type { ModelSpec } from "./spec.ts";
import type { EmbedGroup } from "./stages/embed.ts";
import type { LoadedModel } from "./weights.ts";

/** Which row of a trained table a token takes; null: none. */
type RowOf = (id: number, position: number) => number | null;

interface Table {
  readonly scale: (spec: ModelSpec) => number;
  readonly rowOf: (spec: ModelSpec) => RowOf;
}

/** By the names of the entries that are tables of rows. */
const tables: Readonly<Record<string, Table>> = {
  table: { scale: ({ embeddingScale }) => embeddingScale, rowOf: () => (id) => (isVirtual(id) ? null : id) },
  // Positions past the table belong to padding; nobody learns from them.
  positions: {
    scale: () => 1,
    rowOf:
      ({ contextLength }) =>
      (_id, position) =>
        Math.min(position, contextLength - 1),
  },
  prompt: { scale: () => 1, rowOf: () => (id) => (isVirtual(id) ? virtualId(id) : null) },
};

/** The groups of a method that are used before the first layer. */
export function embedGroups(spec: ModelSpec, method: AppliedMethod | null): readonly EmbedGroup[] {
  return (method?.layout ?? []).flatMap((group) => {
    const found = group.entries.flatMap(({ name }) => {
      const table = tables[name];
      return table ? [{ entry: name, scale: table.scale(spec) }] : [];
    });
    return found.length > 0 ? [{ group, tables: found }] : [];
  });
}

export interface EmbedInputs {
  /** [ids, hidden] */
  readonly known: Float32Array;
  readonly rows: readonly { readonly entry: string; readonly index: Int32Array; readonly use: Float32Array }[];
}

/**
 * @param ids in the vocabulary, or virtual
 * @param positions of the ids, in order
 */
export function embedInputs(
  model: Pick<LoadedModel, "embedding" | "positions" | "spec">,
  groups: readonly EmbedGroup[],
  ids: Int32Array | readonly number[],
  positions: (at: number) => number,
): EmbedInputs {
  const { spec } = model;
  const entries = entriesOf(groups);
  const rows = entries.map(({ name }) => {
    const rowOf = (tables[name] as Table).rowOf(spec);
    const found = Array.from(ids, (id, at) => rowOf(id, positions(at)));
    return {
      entry: name,
      index: Int32Array.from(found, (row) => row ?? 0),
      use: Float32Array.from(found, (row) => (row === null ? 0 : 1)),
    };
  });
  const trained: TrainedTables = new Set(entries.map(({ name }) => name));
  return { known: frozenRows(model, ids, positions, trained), rows };
}

function entriesOf(groups: readonly EmbedGroup[]): readonly ParameterEntry[] {
  return groups.flatMap(({ group, tables: used }) => group.entries.filter(({ name }) => used.some(({ entry }) => entry === name)));
}
