// The run at work: one at a time, on the loaded model. A run that is none is left to what is stored of it.
import { AtelierError } from "../../base/errors.ts";
import * as store from "../../checkpoint/run-store.ts";
import type { TrainRequest } from "../../protocol/runs-api.ts";
import { trackCallback } from "../callback.ts";
import type { EventHub } from "../event-hub.ts";
import type { Exclusive } from "../exclusive.ts";
import type { Loaded } from "../models/load-with-tokenizer.ts";
import { openLocked, type JobStart } from "./locked-job.ts";
import { newRun } from "./new-run.ts";
import { resumableRun, stopStoredRun } from "./resumable-run.ts";
import type { JobParts, RunJob } from "./run-job.ts";
import { refuseRunning } from "./run-lock.ts";

interface CurrentRunParts {
  readonly hub: EventHub;
  readonly exclusive: Exclusive;
  /** @throws AtelierError where no model is loaded */
  readonly loaded: () => Loaded;
}

export class CurrentRun {
  readonly #parts: CurrentRunParts;
  #job: RunJob | undefined;

  constructor(parts: CurrentRunParts) {
    this.#parts = parts;
  }

  get job(): RunJob | undefined {
    return this.#job;
  }

  /** @returns the id of the new run */
  async begin(request: TrainRequest, onProgress: (share: number) => void, signal: AbortSignal): Promise<string> {
    await this.refuseWhileTraining("start");
    const { tell, arrived } = trackCallback(onProgress);
    const { record, data, start } = await newRun(request, { ...this.#parts.loaded(), exclusive: this.#parts.exclusive, tell, signal });
    await arrived();
    const { stopAfter } = request;
    return this.#start({ record, from: start, history: { steps: [], validations: [] } }, { data, stopAfter, signal });
  }

  async resume(runId: string, stopAfter: number | undefined, signal: AbortSignal): Promise<void> {
    await this.refuseWhileTraining("resume");
    const { record, checkpoint, data, history } = await resumableRun(runId, this.#parts.loaded());
    await this.#start({ record, from: checkpoint, history }, { data, stopAfter, signal });
  }

  async pause(runId: string): Promise<void> {
    if (this.#job?.id === runId) await this.#job.end("pause");
  }

  async stop(runId: string): Promise<void> {
    if (this.#job?.id === runId) await this.#job.end("stop");
    else await stopStoredRun(runId);
  }

  async delete(runId: string): Promise<void> {
    if (this.#job?.id === runId) await this.#job.end("stop");
    await refuseRunning(runId);
    await store.deleteRun(runId);
  }

  /** What is exported of the run at work is where it stands now. */
  async keepStanding(runId: string): Promise<void> {
    if (this.#job?.id === runId && !this.#job.isOver) await this.#job.checkpoint();
  }

  /** When the run at work, if there is one, has ended. */
  async finished(): Promise<void> {
    await this.#job?.finished;
  }

  /** @throws AtelierError `run/busy`, saying what has to wait */
  async refuseWhileTraining(what: "load" | "start" | "resume" | "check" | "compare"): Promise<void> {
    if (this.#job?.isOver) await this.#job.finished;
    if (!this.#job || this.#job.isOver) return;
    throw new AtelierError(`run/busy#${what}`);
  }

  async #start(start: JobStart, how: Pick<JobParts, "data" | "stopAfter" | "signal">): Promise<string> {
    const { hub, exclusive, loaded } = this.#parts;
    const job = await openLocked(start, { ...how, model: loaded().model, hub, exclusive });
    this.#job = job;
    void job.start().finally(() => {
      if (this.#job === job) this.#job = undefined;
    });
    return job.id;
  }
}
