// How the keys and values of a packed cache lie on the engine, and what the programs take of them.
import type { Shape } from "../base/tensor.ts";
import type { ModelSpec } from "../model/spec.ts";
import { rotaryTables } from "../model/rope.ts";
import type { DeviceTensor } from "../runtime/engine.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";

export type Feeds = Record<string, DeviceTensor>;

/** New rows of a cache. */
export interface NewRows {
  /** Positions of the rows in their sequences, what a method puts before them counted. */
  readonly positions: readonly number[];
  /** Rows of the cache before them. */
  readonly filled: number;
}

export interface RowStore extends Disposable {
  /** The most rows that one run reads. */
  readonly mostRows: number;
  /** Rows at its start that are nobody's. */
  readonly unused: number;
  /** Of the mask of so many new rows that see so many, and how often each row stands in it. */
  mask(rows: number, seen: number): { readonly shape: Shape; readonly copies: number };
  /** The inputs of a run that reads new rows; what is made for it alone belongs to the pass. */
  feeds(pass: TensorOwner, rows: NewRows): Feeds;
  /** Takes in what a run gave of its new rows. */
  keep(given: Feeds, rows: NewRows): void;
  /** From now on angles are those of a sequence of this length. */
  turn(length: number): void;
}

/** Of each rope the tables of the last length that was asked for; an engine that only plans never asks. */
export function lazyTables({ ropes }: Pick<ModelSpec, "ropes">, positions: number) {
  const made = new Map<number, { readonly length: number; readonly table: ReturnType<typeof rotaryTables>; readonly half: number }>();
  return (at: number, length: number) => {
    const known = made.get(at);
    if (known?.length === length) return known;
    const rope = ropes[at] as (typeof ropes)[number];
    const fresh = { length, table: rotaryTables(rope, positions, length), half: rope.dims / 2 };
    made.set(at, fresh);
    return fresh;
  };
}

/** The halves of a rope's table. */
export const tableNames = ["cos", "sin"] as const;

/** Rows of a table for these positions. */
export function tableRows(
  { table, half }: ReturnType<ReturnType<typeof lazyTables>>,
  which: (typeof tableNames)[number],
  positions: readonly number[],
): Float32Array {
  const out = new Float32Array(positions.length * half);
  for (const [at, position] of positions.entries()) out.set(table[which].subarray(position * half, (position + 1) * half), at * half);
  return out;
}
