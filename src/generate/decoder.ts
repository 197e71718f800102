// One sequence under construction: keys and values of what was read stay on the engine (KV cache), so that each new token
// costs one row. The prompt is read in chunks. Capacity grows in powers of two; each capacity is compiled once.
//
// Where the angles of a rope depend on the length of the sequence, keys and values of another length are of no use: all is read
// again, so that a token's logits are those of the whole pass over what stands before it. For longrope that happens once, when
// the original context is passed (as in transformers); for dynamic at every token past it, which is slow, and right.
import { AtelierError } from "../base/errors.ts";
import { requireInVocabulary, virtualId } from "../model/embed.ts";
import { isVisible, kindFeeds, maskedScore, turnsAlike, uploadMasks, uploadRopes, type RopeTables } from "../model/layer-inputs.ts";
import type { LayerForms } from "../model/held-weights.ts";
import { addedTokens, usableContext, type AppliedMethod } from "../model/methods/method.ts";
import type { LayerKind } from "../model/spec.ts";
import { blockDecodeGraph } from "../model/stages/block.ts";
import { logitsGraph, type HeadKind } from "../model/stages/head.ts";
import { blockKey, type BlockKind } from "../model/stages/scope.ts";
import { headFeeds, layerFeeds, tunedHead, tunedLayer, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import { readFloats, zeroFloats, type DeviceTensor, type Program } from "../runtime/engine.ts";
import { ProgramCache } from "../runtime/program-cache.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import { EmbedStage } from "../model/embed-stage.ts";

/** Rows read at once from a prompt. */
const chunkRows = 32;
const smallestCapacity = 128;

/** Rows of the cache of a sequence. The last chunk of a prompt is padded, so there is room for a whole one. */
function cacheCapacity(tokens: number): number {
  return smallestCapacity * 2 ** Math.ceil(Math.log2(Math.max(1, (tokens + chunkRows) / smallestCapacity)));
}

/** The programs of one model with one method, by rows and capacity; shared by all its sequences. */
export class DecoderPrograms {
  readonly model: LoadedModel;
  readonly method: AppliedMethod | null;
  readonly embed: EmbedStage;
  readonly #cache: ProgramCache;
  readonly #head: HeadKind;
  readonly #layers: readonly BlockKind[];

  /** @param method null: the base model */
  constructor(model: LoadedModel, method: AppliedMethod | null) {
    const { spec, headForm, layerForms } = model;
    this.model = model;
    this.method = method;
    this.#cache = new ProgramCache(model.engine);
    this.embed = new EmbedStage(model, method, this.#cache);
    this.#head = { spec, headForm, tuned: tunedHead(method) };
    this.#layers = spec.layerKinds.map((layer, at) => ({
      spec,
      layer,
      forms: layerForms[at] as LayerForms,
      tuned: tunedLayer(method, at),
    }));
  }

  /** Layers of one kind share a program. */
  block(rows: number, capacity: number, at: number): Promise<Program<"y" | "keys" | "values">> {
    const kind = this.#layers[at] as BlockKind;
    return this.#cache.get(`block:${rows}:${capacity}:${blockKey(kind)}`, () => blockDecodeGraph(kind, rows, capacity));
  }

  head(rows: number): Promise<Program<"logits">> {
    return this.#cache.get(`head:${rows}`, () => logitsGraph(this.#head, rows, 1));
  }

  headFeeds(tensors: TunedTensors | null): Readonly<Record<string, DeviceTensor>> {
    return { ...this.model.head, ...headFeeds(tensors, this.#head.tuned) };
  }

  dispose(): Promise<void> {
    return this.#cache.dispose();
  }
}

interface LayerCache {
  readonly keys: DeviceTensor;
  readonly values: DeviceTensor;
}

export class Decoder implements Disposable {
  readonly #programs: DecoderPrograms;
  readonly #tensors: TunedTensors | null;
  readonly #capacity: number;
  /** What stands before the sequence: rows of it, and positions that are counted on from. */
  readonly #virtual: readonly number[];
  readonly #prefix: number;
  readonly #cache: readonly LayerCache[];
  #ropes: readonly RopeTables[];
  /** The length of a sequence whose angles the tables hold. */
  #turnedFor = 1;
  /** What is in the cache. */
  #ids: number[] = [];
  /** Of the cache and the rope tables. */
  readonly #owner: TensorOwner;

  /**
   * @param tokens the most tokens that will be read and generated
   * @param tensors of the programs' method; null for the base model
   * @throws AtelierError `generate/context-full` where the model's context cannot hold them.
   */
  constructor(programs: DecoderPrograms, tokens: number, tensors: TunedTensors | null) {
    const { engine, spec } = programs.model;
    if (tokens > usableContext(spec, programs.method))
      throw new AtelierError("generate/context-full", { tokens, added: addedTokens(programs.method), context: spec.contextLength });
    const { virtualTokens = 0, prefixTokens = 0 } = programs.method ?? {};
    this.#programs = programs;
    this.#tensors = tensors;
    this.#virtual = Array.from({ length: virtualTokens }, (_, at) => virtualId(at));
    this.#prefix = prefixTokens;
    this.#capacity = cacheCapacity(tokens + virtualTokens);
    const owner = new TensorOwner(engine);
    this.#owner = owner;
    const width = spec.kvHeads * spec.headDim;
    const empty = (): DeviceTensor => owner.upload("float32", [this.#capacity, width], zeroFloats(this.#capacity * width));
    try {
      this.#cache = programs.model.layers.map(() => ({ keys: empty(), values: empty() }));
      this.#ropes = uploadRopes(spec, this.#capacity + this.#prefix, this.#turnedFor, owner.upload);
    } catch (error) {
      owner[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Reads tokens and returns the logits after the last, [vocabulary].
   * @param onRead gets how many are read; may throw to cancel. After a failure the decoder must not be used again.
   */
  async read(ids: readonly number[], onRead?: (count: number) => void): Promise<Float32Array> {
    requireInVocabulary(this.#programs.model.spec, ids);
    let logits = new Float32Array();
    const opening = this.#length === 0 ? this.#virtual : [];
    const again = [...this.#turnFor(this.#prefix + this.#length + opening.length + ids.length), ...opening];
    const all = [...again, ...ids];
    for (let at = 0; at < all.length;) {
      const left = all.length - at;
      const chunk = all.slice(at, at + (left > 1 ? chunkRows : 1));
      at += chunk.length;
      logits = (await this.#readChunk(chunk, left > 1 ? chunkRows : 1, at === all.length)) as Float32Array<ArrayBuffer>;
      onRead?.(Math.max(0, at - again.length));
    }
    return logits;
  }

  [Symbol.dispose](): void {
    this.#owner[Symbol.dispose]();
  }

  get #length(): number {
    return this.#ids.length;
  }

  /** Makes the tables those of a sequence of this length. @returns what has to be read again, because it was turned otherwise */
  #turnFor(length: number): readonly number[] {
    const { spec } = this.#programs.model;
    if (turnsAlike(spec, length, this.#turnedFor)) return [];
    const ropes = uploadRopes(spec, this.#capacity + this.#prefix, length, this.#owner.upload);
    for (const { cos, sin } of this.#ropes) this.#owner.drop(cos, sin);
    this.#ropes = ropes;
    this.#turnedFor = length;
    return this.#ids.splice(0);
  }

  async #readChunk(ids: readonly number[], rows: number, wantLogits: boolean): Promise<Float32Array> {
    const { model } = this.#programs;
    const { engine, spec } = model;
    using pass = new TensorOwner(engine);
    const padded = [...ids, ...Array<number>(rows - ids.length).fill(0)];
    const position = (at: number): number => this.#prefix + this.#length + at;
    const positions = pass.upload("int64", [1, rows], () => BigInt64Array.from(padded, (_, at) => BigInt(position(at))));
    const masks = uploadMasks(spec, [rows, this.#prefix + this.#capacity + rows], (window) => this.#mask(rows, window), pass.upload);
    let x = await this.#programs.embed.forward(pass, { ids: padded, positions: position }, this.#tensors?.parameters ?? {});
    for (const [layer, weights] of model.layers.entries()) {
      const { keys, values } = this.#cache[layer] as LayerCache;
      const feeds = {
        positions,
        ...kindFeeds(spec.layerKinds[layer] as LayerKind, this.#ropes, masks),
        ...weights,
        ...layerFeeds(this.#tensors, layer),
        x,
        pastKeys: keys,
        pastValues: values,
      };
      const results = await pass.run(await this.#programs.block(rows, this.#capacity, layer), feeds);
      const [newKeys, newValues] = [results.keys, results.values];
      const offset = this.#length * spec.kvHeads * spec.headDim;
      engine.copyInto(keys, offset, newKeys);
      engine.copyInto(values, offset, newValues);
      pass.drop(x, newKeys, newValues);
      x = results.y;
    }
    this.#ids.push(...ids);
    return wantLogits ? await this.#logits(pass, x, rows, ids.length - 1) : new Float32Array();
  }

  async #logits(pass: TensorOwner, hidden: DeviceTensor, rows: number, row: number): Promise<Float32Array> {
    const { engine } = this.#programs.model;
    const program = await this.#programs.head(rows);
    const picked = pass.upload("int32", [1], Int32Array.of(row));
    const { logits } = await pass.run(program, { hidden, rows: picked, ...this.#programs.headFeeds(this.#tensors) });
    return await readFloats(engine, logits);
  }

  /** A new row sees the prefix, what is in the cache and the new rows up to itself, as far as the window reaches. */
  #mask(rows: number, window: number | null): Float32Array {
    const [width, filled] = [this.#prefix + this.#capacity + rows, this.#prefix + this.#length];
    const mask = new Float32Array(rows * width).fill(maskedScore);
    for (let row = 0; row < rows; row++) {
      const position = filled + row;
      for (let seen = 0; seen <= position; seen++) {
        if (!isVisible(position, seen, window)) continue;
        // The prefix and the rows of the cache come first; the new ones stand after all of its capacity.
        mask[row * width + (seen < filled ? seen : this.#prefix + this.#capacity + seen - filled)] = 0;
      }
    }
    return mask;
  }
}
