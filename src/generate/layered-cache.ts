// Keys and values of one sequence, layer by layer: a run per layer, whose weights are fed. Capacity grows in powers of two; each capacity is
// compiled once.
import { isVisible, kindFeeds, maskedScore, turnsAlike, uploadMasks, uploadRopes, type RopeTables } from "../model/layer-inputs.ts";
import type { LayerKind } from "../model/spec.ts";
import { layerState, pastOf, type LayerState } from "../model/stages/block.ts";
import { layerFeeds, type TunedTensors } from "../model/tuned-stages.ts";
import { readFloats, zeroFloats, type DeviceTensor } from "../runtime/engine.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import type { DecoderPrograms } from "./decoder-programs.ts";
import { chunkRows, type NextToken, type SequenceCache, type Wanted } from "./sequence-cache.ts";

const smallestCapacity = 128;

/** Rows of the cache of a sequence. The last chunk of a prompt is padded, so there is room for a whole one. */
function cacheCapacity(tokens: number): number {
  return smallestCapacity * 2 ** Math.ceil(Math.log2(Math.max(1, (tokens + chunkRows) / smallestCapacity)));
}

type LayerTensors = Readonly<Record<keyof LayerState, DeviceTensor>>;

export class LayeredCache implements SequenceCache {
  readonly #programs: DecoderPrograms;
  readonly #tensors: TunedTensors | null;
  readonly #capacity: number;
  readonly #prefix: number;
  readonly #states: readonly LayerTensors[];
  #ropes: readonly RopeTables[];
  /** The length of a sequence whose angles the tables hold. */
  #turnedFor = 1;
  #length = 0;
  /** Of the cache and the rope tables. */
  readonly #owner: TensorOwner;

  constructor(programs: DecoderPrograms, tokens: number, tensors: TunedTensors | null) {
    const { engine, spec } = programs.model;
    this.#programs = programs;
    this.#tensors = tensors;
    this.#prefix = programs.method?.prefixTokens ?? 0;
    this.#capacity = cacheCapacity(tokens);
    const owner = new TensorOwner(engine);
    this.#owner = owner;
    const { keys, values } = layerState(spec);
    const empty = (width: number): DeviceTensor => owner.upload("float32", [this.#capacity, width], zeroFloats(this.#capacity * width));
    try {
      this.#states = programs.model.layers.map(() => ({ keys: empty(keys), values: empty(values) }));
      this.#ropes = uploadRopes(spec, this.#capacity + this.#prefix, this.#turnedFor, owner.upload);
    } catch (error) {
      owner[Symbol.dispose]();
      throw error;
    }
  }

  turn(length: number): boolean {
    const { spec } = this.#programs.model;
    if (turnsAlike(spec, length, this.#turnedFor)) return false;
    const ropes = uploadRopes(spec, this.#capacity + this.#prefix, length, this.#owner.upload);
    for (const { cos, sin } of this.#ropes) this.#owner.drop(cos, sin);
    this.#ropes = ropes;
    this.#turnedFor = length;
    this.#length = 0;
    return true;
  }

  async append(ids: readonly number[], isPrompt: boolean, wanted: Wanted | null): Promise<NextToken | undefined> {
    const { model } = this.#programs;
    const { engine, spec } = model;
    using pass = new TensorOwner(engine);
    const rows = isPrompt ? chunkRows : ids.length;
    const padded = [...ids, ...Array<number>(rows - ids.length).fill(0)];
    const position = (at: number): number => this.#prefix + this.#length + at;
    const positions = pass.upload("int64", [1, rows], () => BigInt64Array.from(padded, (_, at) => BigInt(position(at))));
    const group = spec.heads / spec.kvHeads;
    const maskShape = [group * rows, this.#prefix + this.#capacity + rows];
    const masks = uploadMasks(spec, maskShape, (window) => this.#mask(rows, window, group), pass.upload);
    let x = await this.#programs.embed.forward(pass, { ids: padded, positions: position }, this.#tensors?.parameters ?? {});
    for (const [layer, weights] of model.layers.entries()) {
      const { keys, values } = this.#states[layer] as LayerTensors;
      const feeds = {
        positions,
        ...kindFeeds(spec.layerKinds[layer] as LayerKind, this.#ropes, masks),
        ...weights,
        ...layerFeeds(this.#tensors, layer),
        x,
        [pastOf("keys")]: keys,
        [pastOf("values")]: values,
      };
      const results = await pass.run(await this.#programs.block(rows, this.#capacity, layer), feeds);
      const widths = layerState(spec);
      engine.copyInto([
        { target: keys, offset: this.#length * widths.keys, source: results.keys },
        { target: values, offset: this.#length * widths.values, source: results.values },
      ]);
      pass.drop(x, results.keys, results.values);
      x = results.y;
    }
    this.#length += ids.length;
    if (!wanted) return undefined;
    const logits = await this.#logits(pass, x, rows, ids.length - 1);
    return { likeliest: undefined, all: () => Promise.resolve(logits) };
  }

  [Symbol.dispose](): void {
    this.#owner[Symbol.dispose]();
  }

  async #logits(pass: TensorOwner, hidden: DeviceTensor, rows: number, row: number): Promise<Float32Array> {
    const { engine } = this.#programs.model;
    const program = await this.#programs.head(rows);
    const picked = pass.upload("int32", [1], Int32Array.of(row));
    const { logits } = await pass.run(program, { hidden, rows: picked, ...this.#programs.headFeeds(this.#tensors) });
    return await readFloats(engine, logits);
  }

  /** A new row sees the prefix, what is in the cache and the new rows up to itself, as far as the window reaches. */
  #mask(rows: number, window: number | null, group: number): Float32Array {
    const [width, filled] = [this.#prefix + this.#capacity + rows, this.#prefix + this.#length];
    const mask = new Float32Array(group * rows * width).fill(maskedScore);
    for (let row = 0; row < rows; row++) {
      const position = filled + row;
      for (let seen = 0; seen <= position; seen++) {
        if (!isVisible(position, seen, window)) continue;
        // The prefix and the rows of the cache come first; the new ones stand after all of its capacity.
        mask[row * width + (seen < filled ? seen : this.#prefix + this.#capacity + seen - filled)] = 0;
      }
    }
    for (let copy = 1; copy < group; copy++) mask.copyWithin(copy * rows * width, 0, rows * width);
    return mask;
  }
}
