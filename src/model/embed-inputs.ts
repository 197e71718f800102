// What goes into the first layer: rows that the host knows, and which rows of trained tables are added to them on the engine.
import { frozenRows, isVirtual, virtualId } from "./embed.ts";
import type { AppliedMethod } from "./methods/method.ts";
import type { ModelSpec } from "./spec.ts";
import type { EmbedGroup, TrainedRows } from "./stages/first-rows.ts";
import type { LoadedModel } from "./weights.ts";

/** Which row of a trained table a token takes; null: none. */
type RowOf = (id: number, position: number) => number | null;

interface Table {
  readonly scale: (spec: ModelSpec) => number;
  readonly rowOf: (spec: ModelSpec, rows: TrainedRows) => RowOf;
}

/** By the names of the entries that are tables of rows. */
const tables: Readonly<Record<string, Table>> = {
  table: { scale: ({ embeddingScale }) => embeddingScale, rowOf: () => (id) => (isVirtual(id) ? null : id) },
  tokens: {
    scale: ({ embeddingScale }) => embeddingScale,
    rowOf: (_spec, { tokens = [] }) => {
      const rows = new Map(tokens.map((id, row) => [id, row]));
      return (id) => rows.get(id) ?? null;
    },
  },
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
      const tokens = name === "tokens" ? method?.tokenIds : undefined;
      return table ? [{ entry: name, scale: table.scale(spec), ...(tokens ? { tokens } : {}) }] : [];
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
  const trained = groups.flatMap((group) => group.tables);
  const rows = trained.map((table) => {
    const { entry } = table;
    const rowOf = (tables[entry] as Table).rowOf(spec, table);
    const found = Array.from(ids, (id, at) => rowOf(id, positions(at)));
    return {
      entry,
      index: Int32Array.from(found, (row) => row ?? 0),
      use: Float32Array.from(found, (row) => (row === null ? 0 : 1)),
    };
  });
  const leftOut = { tables: new Set(trained.map(({ entry }) => entry)), tokens: new Set(trained.flatMap(({ tokens = [] }) => tokens)) };
  return { known: frozenRows(model, ids, positions, leftOut), rows };
}
