// Which adapter a request means: the base, a stored run, or the run that trains right now (a copy of where it stands, since
// the next step replaces its tensors). The last one used stays on the engine.
import { AtelierError } from "../base/errors.ts";
import { readCheckpoint, readRecord } from "../checkpoint/run-store.ts";
import type { Checkpoint, ModelReference, RunRecord } from "../checkpoint/run-record.ts";
import { DecoderPrograms } from "../generate/decoder.ts";
import { layoutOfMethod, type AdapterLayout } from "../model/adapter-layout.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { ModelInfo } from "../protocol/engine-api.ts";
import type { DeviceTensor } from "../runtime/engine.ts";
import { filled, type TensorOwner } from "../runtime/tensor-owner.ts";
import { words, type Text } from "../words/message.ts";
import { requireFittingCheckpoint } from "./run-checks.ts";
import type { RunJob } from "./run-job.ts";

/** Its vectors stay valid until it is disposed. */
export interface AppliedAdapter extends Disposable {
  readonly layout: AdapterLayout | null;
  /** Flat vectors per layer; null for the base. */
  readonly vectors: readonly DeviceTensor[] | null;
  readonly programs: DecoderPrograms;
}

interface Uploaded {
  readonly key: string;
  readonly vectors: readonly DeviceTensor[];
  readonly owner: TensorOwner;
  users: number;
}

/** @throws AtelierError `checkpoint/invalid`, `checkpoint/not-finite` where what is stored does not fit the run, or holds NaN or Inf. */
export async function storedCheckpoint(model: LoadedModel, record: RunRecord): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(record.id);
  requireFittingCheckpoint(checkpoint, layoutOf(model, record), model.spec);
  return checkpoint;
}

export function layoutOf(model: LoadedModel, { config }: Pick<RunRecord, "config">): AdapterLayout {
  return layoutOfMethod(model.spec, config.method);
}

/** @throws AtelierError `run/other-model` where the run's adapter was trained on other weights. */
export function requireSameModel(model: LoadedModel, { name, model: trained }: RunRecord): void {
  if (trained.fingerprint === model.fingerprint) return;
  throw new AtelierError("run/other-model", { run: name, trained: trained.name });
}

/** What a run keeps of the model that it is trained on. */
export function referenceTo(model: LoadedModel, { name, source, commit, held: { form, bitsPerWeight } }: ModelInfo): ModelReference {
  const { fingerprint, quantization, quantizeHead, codes } = model;
  return {
    name,
    source,
    ...(commit === undefined ? {} : { commit }),
    fingerprint,
    quantization,
    ...(codes === undefined ? {} : { codes }),
    ...(quantizeHead ? { quantizeHead } : {}),
    form,
    bitsPerWeight,
  };
}

export function isHeldAs(model: LoadedModel, { quantization, quantizeHead, codes }: ModelReference): boolean {
  return quantization === model.quantization && codes === model.codes && (quantizeHead ?? false) === model.quantizeHead;
}

/** @throws AtelierError `run/other-quantization`: resuming goes on with the very numbers that were trained on. */
export function requireSameHolding(model: LoadedModel, { name, model: trained }: RunRecord): void {
  if (isHeldAs(model, trained)) return;
  const { quantization } = trained;
  if (quantization === model.quantization && trained.codes !== model.codes)
    throw new AtelierError("run/other-quantization#codes", { run: name, quantization });
  throw new AtelierError("run/other-quantization", { run: name, trained: heldAs(trained), loaded: heldAs(model) });
}

function heldAs({ quantization, quantizeHead }: { readonly quantization: string; readonly quantizeHead?: boolean }): Text {
  return quantizeHead ? words("model/head-too", { quantization }) : quantization;
}

export class Adapters {
  readonly #model: LoadedModel;
  readonly #base: DecoderPrograms;
  readonly #byShape = new Map<string, DecoderPrograms>();
  #cached: Uploaded | undefined;

  constructor(model: LoadedModel) {
    this.#model = model;
    this.#base = new DecoderPrograms(model, null);
  }

  /** @param job the run at work, if any */
  async resolve(runId: string | null, job: RunJob | undefined): Promise<AppliedAdapter> {
    if (runId === null) return { layout: null, vectors: null, programs: this.#base, [Symbol.dispose]: () => undefined };
    const record = await readRecord(runId);
    requireSameModel(this.#model, record);
    const layout = layoutOf(this.#model, record);
    const live = job?.id === runId ? job.trainer : undefined;
    const { step, adapter } = live ? await live.snapshot() : await storedCheckpoint(this.#model, record);
    const uploaded = await this.#upload(`${runId} ${step}`, layout, adapter);
    uploaded.users++;
    const dispose = (): void => {
      uploaded.users--;
      if (uploaded !== this.#cached) freeUnused(uploaded);
    };
    return { layout, vectors: uploaded.vectors, programs: this.#programs(layout), [Symbol.dispose]: dispose };
  }

  async dispose(): Promise<void> {
    freeUnused(this.#cached);
    this.#cached = undefined;
    for (const programs of [this.#base, ...this.#byShape.values()]) await programs.dispose();
  }

  async #upload(key: string, layout: AdapterLayout, adapter: readonly Float32Array[]): Promise<Uploaded> {
    if (this.#cached?.key === key) return this.#cached;
    freeUnused(this.#cached);
    this.#cached = undefined;
    const { owner, made } = await filled(this.#model.engine, (own) => adapter.map((flat) => own.upload("float32", [layout.size], flat)));
    this.#cached = { key, vectors: made, owner, users: 0 };
    return this.#cached;
  }

  /** Runs of the same rank, alpha and targets share compiled programs. */
  #programs(layout: AdapterLayout): DecoderPrograms {
    const key = `${layout.rank} ${layout.alpha} ${layout.entries.map(({ slot }) => slot.name).join(" ")}`;
    const known = this.#byShape.get(key);
    if (known) return known;
    const programs = new DecoderPrograms(this.#model, layout);
    this.#byShape.set(key, programs);
    return programs;
  }
}

/** What an answer still uses goes when the answer ends. */
function freeUnused(uploaded: Uploaded | undefined): void {
  if (uploaded?.users === 0) uploaded.owner[Symbol.dispose]();
}
