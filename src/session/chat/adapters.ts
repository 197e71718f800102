// Which tuned parameters a request means: none (the base), those of a stored run, or of the run that trains right now (a copy of where it
// stands, since the next step replaces its tensors). The last ones used stay on the engine.
import { AtelierError } from "../../base/errors.ts";
import { readCheckpoint, readRecord } from "../../checkpoint/run-store.ts";
import type { Checkpoint, ModelReference, RunRecord } from "../../checkpoint/run-record.ts";
import { DecoderPrograms } from "../../generate/decoder-programs.ts";
import { Residents } from "../../generate/residents.ts";
import { baseNumbers } from "../../model/base-numbers.ts";
import type { AppliedMethod } from "../../model/methods/method.ts";
import { uploadTuned, type TunedTensors } from "../../model/tuned-stages.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { ModelInfo } from "../../protocol/models-api.ts";
import { filled, type TensorOwner } from "../../runtime/tensor-owner.ts";
import { makeTraining } from "../../train/make-training.ts";
import { words, type Text } from "../../words/message.ts";
import { requireFittingCheckpoint } from "../runs/run-checks.ts";
import type { RunJob } from "../runs/run-job.ts";
import { MethodPrograms, type LentPrograms } from "./method-programs.ts";

/** Its tensors stay valid until it is disposed. */
export interface AppliedAdapter extends Disposable {
  readonly method: AppliedMethod | null;
  /** Null for the base. */
  readonly tensors: TunedTensors | null;
  readonly programs: DecoderPrograms;
}

interface Uploaded {
  readonly key: string;
  readonly tensors: TunedTensors;
  readonly owner: TensorOwner;
  users: number;
}

/**
 * For the model as it is held.
 * @throws AtelierError `checkpoint/invalid`, `checkpoint/not-finite` where what is stored does not fit the run, or holds NaN or Inf.
 */
export async function storedCheckpoint(model: LoadedModel, record: RunRecord): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(record.id);
  const training = makeTraining(model.spec, record.config);
  requireFittingCheckpoint(checkpoint, training);
  return numbersOn(model, record, training.method, checkpoint);
}

/** What a method measured on weights that were held otherwise is measured again. */
export async function numbersOn<N extends Pick<Checkpoint, "fixed">>(
  model: LoadedModel,
  record: Pick<RunRecord, "model">,
  { measured }: AppliedMethod,
  numbers: N,
): Promise<N> {
  return measured && !isHeldAs(model, record.model) ? { ...numbers, fixed: await measured(baseNumbers(model)) } : numbers;
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
export function requireSameQuantization(model: LoadedModel, { name, model: trained }: RunRecord): void {
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
  readonly #residents: Residents;
  readonly #base: DecoderPrograms;
  readonly #methods: MethodPrograms;
  #cached: Uploaded | undefined;

  constructor(model: LoadedModel) {
    this.#model = model;
    this.#residents = new Residents(model);
    this.#base = new DecoderPrograms(model, null, this.#residents);
    this.#methods = new MethodPrograms(model, this.#residents);
  }

  /** @param job the run at work, if any */
  async resolve(runId: string | null, job: RunJob | undefined): Promise<AppliedAdapter> {
    if (runId === null) return { method: null, tensors: null, programs: this.#base, [Symbol.dispose]: () => undefined };
    const record = await readRecord(runId);
    requireSameModel(this.#model, record);
    const lent = await this.#methods.lend(record.config.method);
    try {
      const live = job?.id === runId ? job.trainer : undefined;
      const snapshot = live ? await live.snapshot() : await storedCheckpoint(this.#model, record);
      return this.#used(lent, await this.#upload(`${runId} ${snapshot.step}`, lent.method, snapshot));
    } catch (error) {
      lent[Symbol.dispose]();
      throw error;
    }
  }

  #used(lent: LentPrograms, uploaded: Uploaded): AppliedAdapter {
    const { method, programs } = lent;
    uploaded.users++;
    const dispose = (): void => {
      lent[Symbol.dispose]();
      uploaded.users--;
      if (uploaded !== this.#cached) freeUnused(uploaded);
    };
    return { method, tensors: uploaded.tensors, programs, [Symbol.dispose]: dispose };
  }

  async dispose(): Promise<void> {
    freeUnused(this.#cached);
    this.#cached = undefined;
    await this.#base.dispose();
    await this.#methods.dispose();
    await this.#residents.dispose();
  }

  async #upload(key: string, method: AppliedMethod, numbers: Pick<Checkpoint, "parameters" | "fixed">): Promise<Uploaded> {
    if (this.#cached?.key === key) return this.#cached;
    freeUnused(this.#cached);
    this.#cached = undefined;
    const { owner, made } = await filled(this.#model.engine, (own) => uploadTuned(own, method, numbers));
    this.#cached = { key, tensors: made, owner, users: 0 };
    return this.#cached;
  }
}

/** A model with what was made to chat with it. */
export async function letGo(active: { readonly model: LoadedModel; readonly adapters: Adapters } | undefined): Promise<void> {
  active?.model.dispose();
  await active?.adapters.dispose();
}

/** What an answer still uses goes when the answer ends. */
function freeUnused(uploaded: Uploaded | undefined): void {
  if (uploaded?.users === 0) uploaded.owner[Symbol.dispose]();
}
