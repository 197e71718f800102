// Final norm, head and loss as the trainer runs them: over chunks of the rows that are learned. Programs are compiled once per shape.
import type { FloatType } from "../base/tensor.ts";
import { the } from "../base/the.ts";
import type { Graph } from "../graph/ir.ts";
import { requireInVocabulary } from "../model/embed.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import {
  headChunk,
  headGradientGraph,
  headKey,
  headLossGraph,
  headTopGraph,
  logitsGraph,
  narrowedGraph,
  type HeadKind,
} from "../model/stages/head.ts";
import { headFeeds, tunedHead, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import { readFloats, readVectors, type DeviceTensor, type Program } from "../runtime/engine.ts";
import type { ProgramCache } from "../runtime/program-cache.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";
import { ZeroVectors } from "../runtime/zero-vectors.ts";
import type { Batch } from "../tokens/batch.ts";
import { learnedRows } from "../tokens/batches.ts";
import type { Gradients } from "../model/gradients.ts";
import type { Pass } from "./pass.ts";

interface HeadWork {
  readonly hidden: DeviceTensor;
  readonly tuned: TunedTensors | null;
  /** Of the learned rows. */
  readonly weights: Float32Array;
  readonly gradients: Gradients;
  readonly smoothing: number;
}

/** Log-probabilities that are on the engine still: a step waits for the device once, when all of it is under way. */
export interface Unread {
  /** The pass's; the last one is filled up. */
  readonly parts: readonly DeviceTensor[];
  readonly count: number;
}

/** What {@link HeadStage.topLabels} gives. */
export interface TopLabels {
  /** −Σ log p over the learned tokens. */
  readonly sum: number;
  readonly count: number;
  /** By learned row: whether its label is the likeliest token. */
  readonly isTop: readonly boolean[];
}

export class HeadStage {
  readonly #model: LoadedModel;
  readonly #programs: ProgramCache;
  readonly #kind: HeadKind;
  readonly #zeros: ZeroVectors;

  /** @param kept owner of what stays from pass to pass */
  constructor(model: LoadedModel, method: AppliedMethod | null, programs: ProgramCache, kept: TensorOwner, activations?: FloatType) {
    this.#model = model;
    this.#programs = programs;
    this.#zeros = new ZeroVectors(kept);
    this.#kind = { spec: model.spec, headForm: model.headForm, tuned: tunedHead(method), activations };
  }

  /** Of the learned rows, in row order. */
  async logProbs(pass: Pass, batch: Batch, hidden: DeviceTensor, tuned: TunedTensors | null): Promise<Float32Array> {
    const { tokens, size, count: all, chunks } = this.#chunks(pass, batch);
    const program = await this.#program(`loss:${tokens}:${size}`, () => headLossGraph(this.#kind, tokens, size));
    const out = new Float32Array(all);
    for (const { at, count, feeds } of chunks) {
      const { logProbs } = await pass.run(program, { hidden, ...feeds, ...this.#feeds(tuned) });
      out.set((await readFloats(this.#model.engine, logProbs)).subarray(0, count), at);
    }
    return out;
  }

  async topLabels(pass: Pass, batch: Batch, hidden: DeviceTensor, tuned: TunedTensors | null): Promise<TopLabels> {
    const { tokens, size, count: all, chunks } = this.#chunks(pass, batch);
    const program = await this.#program(`top:${tokens}:${size}`, () => headTopGraph(this.#kind, tokens, size));
    const isTop: boolean[] = [];
    let sum = 0;
    for (const { count, feeds } of chunks) {
      const results = await pass.run(program, { hidden, ...feeds, ...this.#feeds(tuned) });
      const [logProbs = [], logTotals = []] = await readVectors(this.#model.engine, [results.logProbs, results.logTotals]);
      for (let at = 0; at < count; at++) {
        const logProb = logProbs[at] as number;
        // The same two numbers are subtracted where the label is the greatest, so that they are equal to the bit.
        isTop.push(logProb >= -(logTotals[at] as number));
        sum -= logProb;
      }
    }
    return { sum, count: all, isTop };
  }

  /** Logits of the given rows, [rows, vocabulary]. */
  async logits(pass: Pass, batch: Batch, hidden: DeviceTensor, tuned: TunedTensors | null, places: Int32Array): Promise<Float32Array> {
    const [tokens, count] = [batch.batch * batch.seq, places.length];
    const program = await this.#program(`logits:${tokens}:${count}`, () => logitsGraph(this.#kind, tokens, count));
    const rows = pass.upload("int32", [count], places);
    const { logits } = await pass.run(program, { hidden, rows, ...this.#feeds(tuned) });
    return await readFloats(this.#model.engine, logits);
  }

  /**
   * Back to the hidden states, and to what is trained in the head: its gradients are added to those that are there.
   * @returns dHidden undefined where nothing is learned
   */
  async gradient(
    pass: Pass,
    batch: Batch,
    { hidden, tuned, weights, gradients, smoothing }: HeadWork,
  ): Promise<{ readonly logProbs: Unread; readonly dHidden: DeviceTensor | undefined }> {
    const { spec } = this.#model;
    const { tokens, size, count: all, chunks } = this.#chunks(pass, batch);
    const program = await this.#program(`gradient:${tokens}:${size}:${smoothing}`, () =>
      headGradientGraph(this.#kind, tokens, size, smoothing),
    );
    const groups = this.#kind.tuned?.groups ?? [];
    let dHidden: DeviceTensor | undefined;
    const parts: DeviceTensor[] = [];
    for (const { at, count, feeds } of chunks) {
      const own = new Float32Array(size);
      own.set(weights.subarray(at, at + count));
      const before = Object.fromEntries(groups.map(({ name }) => [`gradientIn.${name}`, gradients.of(pass, name)]));
      const dHiddenIn: DeviceTensor = dHidden ?? this.#zeros.only(tokens * spec.hiddenSize);
      const extra = { weights: pass.upload("float32", [size], own), dHiddenIn, ...before };
      const results = await pass.run(program, { hidden, ...feeds, ...extra, ...this.#feeds(tuned) });
      parts.push(results.logProbs);
      if (dHidden) pass.drop(dHidden);
      dHidden = results.dHidden;
      for (const { name } of groups) gradients.replace(pass, name, the(results[`gradient.${name}`], name));
    }
    return { logProbs: { parts, count: all }, dHidden: dHidden && (await this.#narrowed(pass, dHidden, tokens)) };
  }

  /** As layers take it: chunks add up in float32. */
  async #narrowed(pass: Pass, wide: DeviceTensor, tokens: number): Promise<DeviceTensor> {
    if (this.#kind.activations !== "float16") return wide;
    const { narrow } = await pass.run(await this.#program(`narrowed:${tokens}`, () => narrowedGraph(this.#kind, tokens)), { wide });
    pass.drop(wide);
    return narrow;
  }

  /** The learned rows in chunks of one size, whose last is filled up with rows that do not count. */
  #chunks(pass: Pass, batch: Batch) {
    const { rows, targets } = learnedRows(batch);
    const { spec } = this.#model;
    // A label outside the vocabulary would be a silent zero in the one-hot product.
    requireInVocabulary(spec, targets);
    const tokens = batch.batch * batch.seq;
    const size = headChunk(spec, tokens - batch.batch);
    const part = (values: Int32Array, at: number): DeviceTensor =>
      pass.upload("int32", [size], padded(values.subarray(at, at + size), size));
    const chunks = function* () {
      for (let at = 0; at < rows.length; at += size)
        yield { at, count: Math.min(size, rows.length - at), feeds: { rows: part(rows, at), labels: part(targets, at) } };
    };
    return { tokens, size, count: rows.length, chunks: chunks() };
  }

  #feeds(tuned: TunedTensors | null): Readonly<Record<string, DeviceTensor>> {
    return { ...this.#model.head, ...headFeeds(tuned, this.#kind.tuned) };
  }

  #program<Output extends string>(key: string, build: () => Graph<Output>): Promise<Program<Output>> {
    return this.#programs.get(`head:${headKey(this.#kind)}:${key}`, build);
  }
}

function padded(values: Int32Array, size: number): Int32Array {
  const out = new Int32Array(size);
  out.set(values);
  return out;
}
