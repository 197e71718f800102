// Rows in buffers that the programs themselves write into: nothing is copied behind a run. Positions turn by tables with a row for every
// row of the cache; those of a single sequence are there from the start, and where several share the cache the rows of each are set
// when they come.
import { layerState } from "../model/stages/block.ts";
import { turnsInKernel } from "../model/stages/cached-block.ts";
import { wholeInputs } from "../model/stages/whole.ts";
import type { LoadedModel } from "../model/weights.ts";
import { zeroFloats, type DeviceTensor } from "../runtime/engine.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import { lazyTables, tableNames, tableRows, type Feeds, type NewRows, type RowStore } from "./row-store.ts";

export class RowsInPlace implements RowStore {
  /** From 32 on another kernel computes, which is wrong where fewer than eight lanes of a GPU work together (ONNX Runtime 1.30). */
  readonly mostRows = 16;
  readonly unused = 0;
  readonly #model: LoadedModel;
  readonly #capacity: number;
  readonly #owner: TensorOwner;
  /** By the inputs of the programs: [1, kvHeads, capacity, headDim]. */
  readonly #states: Feeds;
  readonly #tables: ReturnType<typeof lazyTables>;
  #turnedFor = 1;
  /** The angles on the engine by the inputs of the programs, [capacity, half], and the position of every row there. */
  #angles: { readonly tensors: Feeds; readonly positions: Int32Array } | undefined;

  /** @param tokens rows that it has room for */
  constructor(model: LoadedModel, tokens: number) {
    const { engine, spec, layers } = model;
    const { kvHeads, headDim } = spec;
    this.#model = model;
    this.#capacity = tokens;
    this.#tables = lazyTables(spec, tokens);
    this.#owner = new TensorOwner(engine);
    const empty = (): DeviceTensor => this.#owner.upload("float32", [1, kvHeads, tokens, headDim], zeroFloats(kvHeads * tokens * headDim));
    try {
      const names = [...layers.keys()].flatMap((layer) => Object.keys(layerState(spec)).map((state) => wholeInputs.past(state, layer)));
      this.#states = Object.fromEntries(names.map((name) => [name, empty()]));
    } catch (error) {
      this.#owner[Symbol.dispose]();
      throw error;
    }
  }

  mask(rows: number, seen: number): ReturnType<RowStore["mask"]> {
    return { shape: [1, 1, rows, seen], copies: 1 };
  }

  feeds(pass: TensorOwner, rows: NewRows): Feeds {
    const count = rows.positions.length;
    const total = rows.filled + count;
    const places = (): BigInt64Array => BigInt64Array.from({ length: count }, (_, at) => BigInt(rows.filled + at));
    return {
      ...this.#states,
      ...this.#turned(pass, rows),
      ...(turnsInKernel(this.#model.spec) ? {} : { [wholeInputs.positions]: pass.upload("int64", [1, count], places) }),
      [wholeInputs.last]: pass.upload("int32", [1], Int32Array.of(total - 1)),
      [wholeInputs.total]: pass.own(this.#model.engine.hostNumber(total)),
    };
  }

  keep(): void {
    // The run did.
  }

  turn(length: number): void {
    this.#turnedFor = length;
    if (this.#angles) this.#owner.drop(...Object.values(this.#angles.tensors));
    this.#angles = undefined;
  }

  [Symbol.dispose](): void {
    this.#owner[Symbol.dispose]();
  }

  #turned(pass: TensorOwner, { positions, filled }: NewRows): Feeds {
    const { engine, spec } = this.#model;
    this.#angles ??= { tensors: this.#uploadAngles(), positions: Int32Array.from({ length: this.#capacity }, (_, at) => at) };
    const { tensors, positions: there } = this.#angles;
    if (positions.every((position, at) => there[filled + at] === position)) return tensors;
    const copies = spec.ropes.flatMap(({ dims }, rope) =>
      tableNames.map((name) => {
        const rows = (): Float32Array => tableRows(this.#tables(rope, this.#turnedFor), name, positions);
        const source = pass.upload("float32", [positions.length, dims / 2], rows);
        return { target: tensors[wholeInputs[name](rope)] as DeviceTensor, offset: (filled * dims) / 2, source };
      }),
    );
    engine.copyInto(copies);
    there.set(positions, filled);
    return tensors;
  }

  #uploadAngles(): Feeds {
    const all = [...Array(this.#capacity).keys()];
    const feeds: Feeds = {};
    for (const [rope, { dims }] of this.#model.spec.ropes.entries()) {
      for (const name of tableNames) {
        const rows = (): Float32Array => tableRows(this.#tables(rope, this.#turnedFor), name, all);
        feeds[wholeInputs[name](rope)] = this.#owner.upload("float32", [this.#capacity, dims / 2], rows);
      }
    }
    return feeds;
  }
}
