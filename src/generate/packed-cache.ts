// Keys and values of several sequences in one cache, row by row as they were read: a row belongs to one sequence or to all, and masks
// hide them from each other. So sequences of any lengths go through the model together, what they begin with alike is there once, and
// a single sequence is nothing special. The programs take just the rows that are there.
import { isVisible, maskedScore, turnsAlike } from "../model/layer-inputs.ts";
import { rotaryTables } from "../model/rope.ts";
import { layerState } from "../model/stages/block.ts";
import { wholeInputs, wholeOutputs } from "../model/stages/whole.ts";
import type { TunedTensors } from "../model/tuned-stages.ts";
import { readFloats, zeroFloats, type DeviceTensor } from "../runtime/engine.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import type { DecoderPrograms } from "./decoder-programs.ts";

/** The sequence of a row that all see. */
export const ofAll = -1;

/** A token to be read; its position is counted from the start of its sequence, without a method's prefix. */
export interface PackedRow {
  readonly id: number;
  readonly sequence: number;
  readonly position: number;
}

type Place = Omit<PackedRow, "id">;
type Feeds = Record<string, DeviceTensor>;

export class PackedCache implements Disposable {
  readonly #programs: DecoderPrograms;
  readonly #tensors: TunedTensors | null;
  readonly #prefix: number;
  /** Of each layer, by name: [capacity, width]. */
  readonly #states: readonly Readonly<Record<string, DeviceTensor>>[];
  readonly #tables: ReturnType<typeof lazyTables>;
  readonly #owner: TensorOwner;
  /** Whose the rows of the cache are. The first is nobody's: the runtime takes no empty tensors. */
  #places: (Place | null)[] = [null];
  #turnedFor = 1;

  /** @param tokens the most rows of all sequences together */
  constructor(programs: DecoderPrograms, tokens: number, tensors: TunedTensors | null) {
    const { engine, spec, layers } = programs.model;
    this.#programs = programs;
    this.#tensors = tensors;
    this.#prefix = programs.method?.prefixTokens ?? 0;
    this.#tables = lazyTables(spec, this.#prefix + tokens);
    this.#owner = new TensorOwner(engine);
    const rows = 1 + tokens;
    const empty = (width: number): DeviceTensor => this.#owner.upload("float32", [rows, width], zeroFloats(rows * width));
    try {
      const widths = Object.entries(layerState(spec));
      this.#states = layers.map(() => Object.fromEntries(widths.map(([state, width]) => [state, empty(width)])));
    } catch (error) {
      this.#owner[Symbol.dispose]();
      throw error;
    }
  }

  /** As {@link SequenceCache.turn}, of sequences that are all as long. */
  turn(length: number): boolean {
    if (turnsAlike(this.#programs.model.spec, length, this.#turnedFor)) return false;
    this.#turnedFor = length;
    this.#places = [null];
    return true;
  }

  /**
   * Reads rows; each sees what is in the cache of its sequence and of all, and of the new ones those before it.
   * @param picked which of them the logits are wanted after
   * @returns [picked, vocabulary]; nothing where none is wanted
   */
  async append(rows: readonly PackedRow[], picked: readonly number[]): Promise<Float32Array> {
    const { engine } = this.#programs.model;
    const { residents, method, embed } = this.#programs;
    using pass = new TensorOwner(engine);
    const { programs, feeds } = await residents.lend(method, this.#tensors);
    // A pass gives the logits of at least one row.
    const fed: Feeds = { ...feeds, ...this.#feeds(pass, rows, picked.length > 0 ? picked : [rows.length - 1]) };
    const positions = (at: number): number => this.#prefix + (rows[at]?.position ?? 0);
    fed[wholeInputs.hidden] = await embed.forward(pass, { ids: rows.map(({ id }) => id), positions }, this.#tensors?.parameters ?? {});
    const given: Feeds = {};
    for (const program of programs) {
      Object.assign(given, await pass.run(program, fed));
      const next = given[wholeOutputs.hidden];
      if (next) fed[wholeInputs.hidden] = next;
    }
    this.#keep(rows, given);
    return picked.length > 0 ? readFloats(engine, given[wholeOutputs.logits] as DeviceTensor) : new Float32Array();
  }

  [Symbol.dispose](): void {
    this.#owner[Symbol.dispose]();
  }

  #keep(rows: readonly PackedRow[], given: Feeds): void {
    const { engine, spec } = this.#programs.model;
    const widths = Object.entries(layerState(spec));
    const copies = this.#states.flatMap((states, layer) =>
      widths.map(([state, width]) => ({
        target: states[state] as DeviceTensor,
        offset: this.#places.length * width,
        source: given[wholeOutputs.fresh(state, layer)] as DeviceTensor,
      })),
    );
    engine.copyInto(copies);
    for (const { sequence, position } of rows) this.#places.push({ sequence, position });
  }

  #feeds(pass: TensorOwner, rows: readonly PackedRow[], picked: readonly number[]): Feeds {
    const { engine, spec } = this.#programs.model;
    const count = rows.length;
    const feeds: Feeds = {
      [wholeInputs.positions]: pass.upload("int64", [1, count], () => BigInt64Array.from(rows, (_, at) => BigInt(at))),
      [wholeInputs.picked]: pass.upload("int32", [picked.length], Int32Array.from(picked)),
    };
    const group = spec.heads / spec.kvHeads;
    for (const window of new Set(spec.layerKinds.map((kind) => kind.window))) {
      const shape = [group * count, this.#prefix + this.#places.length + count];
      feeds[wholeInputs.mask(window)] = pass.upload("float32", shape, () => repeated(this.#mask(rows, window), group));
    }
    for (const [rope, { dims }] of spec.ropes.entries()) {
      for (const table of ["cos", "sin"] as const)
        feeds[wholeInputs[table](rope)] = pass.upload("float32", [count, dims / 2], () => this.#turned(rope, table, rows));
    }
    for (const [layer, states] of this.#states.entries()) {
      for (const [state, tensor] of Object.entries(states))
        feeds[wholeInputs.past(state, layer)] = engine.firstRows(tensor, this.#places.length);
    }
    return feeds;
  }

  /** Rows of a table for the positions of the new rows. */
  #turned(rope: number, which: "cos" | "sin", rows: readonly PackedRow[]): Float32Array {
    const { table, half } = this.#tables(rope, this.#turnedFor);
    const out = new Float32Array(rows.length * half);
    for (const [at, { position }] of rows.entries()) {
      const from = (this.#prefix + position) * half;
      out.set(table[which].subarray(from, from + half), at * half);
    }
    return out;
  }

  /** [rows, prefix + cache + rows] */
  #mask(rows: readonly PackedRow[], window: number | null): Float32Array {
    const seen = [...this.#places, ...rows];
    const width = this.#prefix + seen.length;
    const mask = new Float32Array(rows.length * width).fill(maskedScore);
    for (const [at, { sequence, position }] of rows.entries()) {
      const own = this.#prefix + position;
      for (let column = 0; column < this.#prefix; column++) if (isVisible(own, column, window)) mask[at * width + column] = 0;
      for (const [column, place] of seen.entries()) {
        if (!place || (place.sequence !== ofAll && place.sequence !== sequence)) continue;
        if (isVisible(own, this.#prefix + place.position, window)) mask[at * width + this.#prefix + column] = 0;
      }
    }
    return mask;
  }
}

/** Of each rope the tables of the last length that was asked for; an engine that only plans never asks. */
function lazyTables({ ropes }: DecoderPrograms["model"]["spec"], positions: number) {
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

function repeated(rows: Float32Array, times: number): Float32Array {
  const out = new Float32Array(times * rows.length);
  for (let at = 0; at < times; at++) out.set(rows, at * rows.length);
  return out;
}
