// Which adapter a request means: the base, a stored run, or the run that trains right now (a copy of where it stands, since
// the next step replaces its tensors). The last one used stays on the engine.
import { AtelierError } from "../base/errors.ts";
import { readCheckpoint, readRecord } from "../checkpoint/run-store.ts";
import type { RunRecord } from "../checkpoint/run-record.ts";
import { DecoderPrograms } from "../generate/decoder.ts";
import { adapterLayout, type AdapterLayout } from "../model/adapter-layout.ts";
import type { LoadedModel } from "../model/weights.ts";
import { disposeAll, type DeviceTensor } from "../runtime/engine.ts";
import type { RunJob } from "./run-job.ts";

export interface AppliedAdapter {
  readonly layout: AdapterLayout | null;
  /** Flat vectors per layer; null for the base. */
  readonly vectors: readonly DeviceTensor[] | null;
  readonly programs: DecoderPrograms;
}

export function layoutOf(model: LoadedModel, { config }: Pick<RunRecord, "config">): AdapterLayout {
  return adapterLayout(model.spec, config.rank, config.alpha, config.targets);
}

/** @throws AtelierError `run/other-model` where the run's adapter was trained on other weights. */
export function requireSameModel(model: LoadedModel, { name, model: trained }: RunRecord): void {
  if (trained.fingerprint === model.fingerprint) return;
  throw new AtelierError(
    "run/other-model",
    `The run "${name}" was trained on ${trained.name}, and other weights are loaded now.`,
    `Load ${trained.name} first.`,
  );
}

export class Adapters {
  readonly #model: LoadedModel;
  readonly #base: DecoderPrograms;
  readonly #byShape = new Map<string, DecoderPrograms>();
  #cached: { key: string; vectors: readonly DeviceTensor[] } | undefined;

  constructor(model: LoadedModel) {
    this.#model = model;
    this.#base = new DecoderPrograms(model, null);
  }

  /** @param job the run at work, if any. The vectors stay valid until the next call. */
  async resolve(runId: string | null, job: RunJob | undefined): Promise<AppliedAdapter> {
    if (runId === null) return { layout: null, vectors: null, programs: this.#base };
    const record = await readRecord(runId);
    requireSameModel(this.#model, record);
    const layout = layoutOf(this.#model, record);
    const live = job?.id === runId ? job.trainer : undefined;
    const { step, adapter } = live ? await live.snapshot() : await readCheckpoint(runId);
    return { layout, vectors: this.#upload(`${runId} ${step}`, layout, adapter), programs: this.#programs(layout) };
  }

  async dispose(): Promise<void> {
    disposeAll(this.#cached?.vectors ?? []);
    for (const programs of [this.#base, ...this.#byShape.values()]) await programs.dispose();
  }

  #upload(key: string, layout: AdapterLayout, adapter: readonly Float32Array[]): readonly DeviceTensor[] {
    if (this.#cached?.key === key) return this.#cached.vectors;
    disposeAll(this.#cached?.vectors ?? []);
    const vectors = adapter.map((flat) => this.#model.engine.upload("float32", [layout.size], flat));
    this.#cached = { key, vectors };
    return vectors;
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
