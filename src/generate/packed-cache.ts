// Keys and values of several sequences in one cache, row by row as they were read: a row belongs to one sequence or to all, and masks
// hide them from each other. So sequences of any lengths go through the model together, what they begin with alike is there once, and
// a single sequence is nothing special. The programs take just the rows that are there.
import { itemOf } from "../base/the.ts";
import { isVisible, maskedScore, turnsAlike } from "../model/layer-inputs.ts";
import { wholeInputs, wholeOutputs } from "../model/stages/whole.ts";
import type { TunedTensors } from "../model/tuned-stages.ts";
import { readFloats, type DeviceTensor } from "../runtime/engine.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import { AppendedRows } from "./appended-rows.ts";
import type { DecoderPrograms } from "./decoder-programs.ts";
import type { Feeds, RowStore } from "./row-store.ts";
import { RowsInPlace } from "./rows-in-place.ts";
import type { NextToken, Wanted } from "./sequence-cache.ts";

/** The sequence of a row that all see. */
export const ofAll = -1;

/** A token to be read; its position is counted from the start of its sequence, without a method's prefix. */
export interface PackedRow {
  readonly id: number;
  readonly sequence: number;
  readonly position: number;
}

type Place = Omit<PackedRow, "id">;

/** Outputs of a run by their names; they are there until the next one. */
interface Given {
  readonly outputs: Feeds;
  /** Rows of them. */
  readonly picked: number;
}

export class PackedCache implements Disposable {
  readonly #programs: DecoderPrograms;
  readonly #tensors: TunedTensors | null;
  readonly #prefix: number;
  readonly #store: RowStore;
  readonly #given: TensorOwner;
  /** Of {@link #prepared}. */
  readonly #owner: TensorOwner;
  /** What programs compute once. */
  #prepared: Feeds | undefined;
  /** Whose the rows of the cache are; null: nobody's. */
  #places: (Place | null)[];
  #turnedFor = 1;

  /** @param tokens the most rows of all sequences together */
  constructor(programs: DecoderPrograms, tokens: number, tensors: TunedTensors | null) {
    const { model, method, residents } = programs;
    this.#programs = programs;
    this.#tensors = tensors;
    this.#prefix = method?.prefixTokens ?? 0;
    this.#store = residents.cachesInPlace(method) ? new RowsInPlace(model, tokens) : new AppendedRows(model, tokens, this.#prefix);
    this.#given = new TensorOwner(model.engine);
    this.#owner = new TensorOwner(model.engine);
    this.#places = this.#unused();
  }

  /** As {@link SequenceCache.turn}, of sequences that are all as long. */
  turn(length: number): boolean {
    if (turnsAlike(this.#programs.model.spec, length, this.#turnedFor)) return false;
    this.#turnedFor = length;
    this.#store.turn(length);
    this.#places = this.#unused();
    return true;
  }

  /**
   * Reads rows; each sees what is in the cache of its sequence and of all, and of the new ones those before it.
   * @param picked which of them the logits are wanted after, in their order
   * @returns [picked, vocabulary]; nothing where none is wanted
   */
  async append(rows: readonly PackedRow[], picked: readonly number[]): Promise<Float32Array> {
    const parts: Float32Array[] = [];
    for await (const logits of this.#passes(rows, picked, 1)) parts.push(await this.#read(logits));
    return joinedFloats(parts);
  }

  /**
   * The same, of which no more is read at once than what a choice begins with.
   * @returns for each of the picked rows
   */
  async choose(rows: readonly PackedRow[], picked: readonly number[], wanted: Wanted): Promise<readonly NextToken[]> {
    const next: NextToken[] = [];
    const temperature = wanted === "all" ? 0 : wanted.temperature;
    const coolness = temperature > 0 ? 1 / temperature : 1;
    for await (const pass of this.#passes(rows, picked, coolness)) next.push(...(await this.#nextTokens(pass, wanted)));
    return next;
  }

  [Symbol.dispose](): void {
    this.#given[Symbol.dispose]();
    this.#owner[Symbol.dispose]();
    this.#store[Symbol.dispose]();
  }

  /** As many runs as it takes, and what those gave that have picked rows. */
  async *#passes(rows: readonly PackedRow[], picked: readonly number[], coolness: number): AsyncGenerator<Given, void> {
    const { mostRows } = this.#store;
    this.#given[Symbol.dispose]();
    for (let from = 0; from < rows.length; from += mostRows) {
      const part = rows.slice(from, from + mostRows);
      const own = picked.flatMap((at) => (at >= from && at < from + part.length ? [at - from] : []));
      const outputs = await this.#pass(part, own, coolness);
      if (own.length > 0) yield { outputs, picked: own.length };
    }
  }

  async #pass(rows: readonly PackedRow[], picked: readonly number[], coolness: number): Promise<Feeds> {
    const { engine } = this.#programs.model;
    const { residents, method, embed } = this.#programs;
    using pass = new TensorOwner(engine);
    const { programs, before, feeds } = await residents.lend(method, this.#tensors);
    if (before) this.#prepared ??= await this.#owner.run(before, feeds);
    // A pass gives the logits of at least one row.
    const wanted = picked.length > 0 ? picked : [rows.length - 1];
    const fresh = { positions: rows.map(({ position }) => this.#prefix + position), filled: this.#places.length };
    const fed: Feeds = { ...feeds, ...this.#prepared, ...this.#store.feeds(pass, fresh), ...this.#masks(pass, rows) };
    fed[wholeInputs.picked] = pass.upload("int32", [wanted.length], Int32Array.from(wanted));
    if (residents.choose) fed[wholeInputs.coolness] = pass.upload("float32", [1], Float32Array.of(coolness));
    const tokens = { ids: rows.map(({ id }) => id), positions: (at: number): number => fresh.positions[at] ?? 0 };
    fed[wholeInputs.hidden] = await embed.forward(pass, tokens, this.#tensors?.parameters ?? {});
    const given: Feeds = {};
    for (const program of programs) {
      Object.assign(given, await pass.run(program, fed));
      const next = given[wholeOutputs.hidden];
      if (next) fed[wholeInputs.hidden] = next;
    }
    this.#store.keep(given, fresh);
    for (const { sequence, position } of rows) this.#places.push({ sequence, position });
    for (const name of [wholeOutputs.logits, ...wholeOutputs.likeliest]) {
      const tensor = given[name];
      if (tensor && picked.length > 0) this.#given.own(pass.keep(tensor));
    }
    return given;
  }

  #read({ outputs }: Given): Promise<Float32Array> {
    return readFloats(this.#programs.model.engine, outputs[wholeOutputs.logits] as DeviceTensor);
  }

  async #nextTokens(pass: Given, wanted: Wanted): Promise<readonly NextToken[]> {
    const { engine, spec } = this.#programs.model;
    const vocabulary = spec.vocabularySize;
    let read: Promise<Float32Array> | undefined;
    const all = (row: number) => async (): Promise<Float32Array> => {
      read ??= this.#read(pass);
      return (await read).subarray(row * vocabulary, (row + 1) * vocabulary);
    };
    const said = wanted === "all" ? [] : wholeOutputs.likeliest.flatMap((name) => pass.outputs[name] ?? []);
    const numbers = said.length > 0 ? await engine.readAll(said) : [];
    return Array.from({ length: pass.picked }, (_, row) => {
      const [logits = [], ids = [], [total = NaN] = [], [sum = NaN] = []] = numbers.map((data) => rowOf(data, row, pass.picked));
      const isFinite = Number.isFinite(sum) && Number.isFinite(total);
      const likeliest = isFinite ? { logits: Float32Array.from(logits), ids, total, vocabulary } : undefined;
      return { likeliest, all: all(row) };
    });
  }

  #unused(): (Place | null)[] {
    return Array.from({ length: this.#store.unused }, () => null);
  }

  #masks(pass: TensorOwner, rows: readonly PackedRow[]): Feeds {
    const feeds: Feeds = {};
    const { shape, copies } = this.#store.mask(rows.length, this.#prefix + this.#places.length + rows.length);
    for (const window of new Set(this.#programs.model.spec.layerKinds.map((kind) => kind.window)))
      feeds[wholeInputs.mask(window)] = pass.upload("float32", shape, () => repeated(this.#mask(rows, window), copies));
    return feeds;
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

function rowOf(data: ArrayLike<number | bigint>, row: number, rows: number): readonly number[] {
  const width = data.length / rows;
  return Array.from({ length: width }, (_, at) => Number(data[row * width + at]));
}

function joinedFloats(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return itemOf(parts, 0);
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function repeated(rows: Float32Array, times: number): Float32Array {
  const out = new Float32Array(times * rows.length);
  for (let at = 0; at < times; at++) out.set(rows, at * rows.length);
  return out;
}
