// Rows one after the other, as the programs give them: a run sees those that are filled, and what it gives is copied behind them.
import { layerState } from "../model/stages/block.ts";
import { wholeInputs, wholeOutputs } from "../model/stages/whole.ts";
import type { LoadedModel } from "../model/weights.ts";
import { zeroFloats, type DeviceTensor } from "../runtime/engine.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import { lazyTables, tableNames, tableRows, type Feeds, type NewRows, type RowStore } from "./row-store.ts";
import { chunkRows } from "./sequence-cache.ts";

export class AppendedRows implements RowStore {
  readonly mostRows = chunkRows;
  /** The runtime takes no empty tensors. */
  readonly unused = 1;
  readonly #model: LoadedModel;
  readonly #owner: TensorOwner;
  /** Of each layer, by name: [capacity, width]. */
  readonly #states: readonly Readonly<Record<string, DeviceTensor>>[];
  readonly #tables: ReturnType<typeof lazyTables>;
  #turnedFor = 1;

  /**
   * @param tokens rows that it has room for
   * @param prefix positions that a method puts before every sequence
   */
  constructor(model: LoadedModel, tokens: number, prefix: number) {
    const { engine, spec, layers } = model;
    this.#model = model;
    this.#tables = lazyTables(spec, prefix + tokens);
    this.#owner = new TensorOwner(engine);
    const rows = this.unused + tokens;
    const empty = (width: number): DeviceTensor => this.#owner.upload("float32", [rows, width], zeroFloats(rows * width));
    try {
      const widths = Object.entries(layerState(spec));
      this.#states = layers.map(() => Object.fromEntries(widths.map(([state, width]) => [state, empty(width)])));
    } catch (error) {
      this.#owner[Symbol.dispose]();
      throw error;
    }
  }

  mask(rows: number, seen: number): ReturnType<RowStore["mask"]> {
    const { heads, kvHeads } = this.#model.spec;
    const copies = heads / kvHeads;
    return { shape: [copies * rows, seen], copies };
  }

  feeds(pass: TensorOwner, { positions, filled }: NewRows): Feeds {
    const { engine, spec } = this.#model;
    const count = positions.length;
    const feeds: Feeds = {
      [wholeInputs.positions]: pass.upload("int64", [1, count], () => BigInt64Array.from(positions, (_, at) => BigInt(at))),
    };
    for (const [rope, { dims }] of spec.ropes.entries()) {
      for (const name of tableNames) {
        const rows = (): Float32Array => tableRows(this.#tables(rope, this.#turnedFor), name, positions);
        feeds[wholeInputs[name](rope)] = pass.upload("float32", [count, dims / 2], rows);
      }
    }
    for (const [layer, states] of this.#states.entries()) {
      for (const [state, tensor] of Object.entries(states)) feeds[wholeInputs.past(state, layer)] = engine.firstRows(tensor, filled);
    }
    return feeds;
  }

  keep(given: Feeds, { filled }: NewRows): void {
    const widths = Object.entries(layerState(this.#model.spec));
    const copies = this.#states.flatMap((states, layer) =>
      widths.map(([state, width]) => ({
        target: states[state] as DeviceTensor,
        offset: filled * width,
        source: given[wholeOutputs.fresh(state, layer)] as DeviceTensor,
      })),
    );
    this.#model.engine.copyInto(copies);
  }

  turn(length: number): void {
    this.#turnedFor = length;
  }

  [Symbol.dispose](): void {
    this.#owner[Symbol.dispose]();
  }
}
