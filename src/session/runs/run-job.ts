// One training run at work: asks the loop for steps, tells the page, keeps checkpoints, and ends when asked to. The stored
// state is always that of a whole step, so that a resumed run computes the very numbers of an uninterrupted one.
import { toErrorRecord } from "../../base/errors.ts";
import {
  formatVersion,
  historyUpTo,
  type Checkpoint,
  type RunHistory,
  type RunPhase,
  type RunRecord,
  type StepReport,
  type ValidationReport,
} from "../../checkpoint/run-record.ts";
import { createRun, deleteRun, saveCheckpoint, saveRecord } from "../../checkpoint/run-store.ts";
import type { MethodStart } from "../../model/methods/method.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { trainLoop, type LoopReport } from "../../train/loop.ts";
import { makeTraining } from "../../train/make-training.ts";
import { Trainer } from "../../train/trainer.ts";
import { freshSnapshot } from "../../train/training.ts";
import { batchSource, type StandingBatchSource } from "./batch-source.ts";
import type { EventHub } from "../event-hub.ts";
import type { Exclusive } from "../exclusive.ts";
import { macrotask } from "../listening.ts";
import { stopIfNotWanted } from "./run-checks.ts";
import type { ReleaseRun } from "./run-lock.ts";

export interface JobParts {
  readonly model: LoadedModel;
  readonly data: RunData;
  readonly hub: EventHub;
  readonly exclusive: Exclusive;
  /** Called when the run has ended, however it ended. */
  readonly release: ReleaseRun;
  /** Last step of this sitting, where that is not the run's; the schedule may be longer. */
  readonly stopAfter: number | undefined;
  /** Says, before its first step, that it is not wanted any more. */
  readonly signal: AbortSignal;
}

type Request = "pause" | "stop";

export class RunJob {
  readonly id: string;
  #record: RunRecord;
  #history: { steps: StepReport[]; validations: ValidationReport[] };
  readonly #trainer: Trainer;
  readonly #source: StandingBatchSource;
  readonly #parts: JobParts;
  #request: Request | undefined;
  #isOver = false;
  #finished: Promise<void> | undefined;

  private constructor(record: RunRecord, trainer: Trainer, source: StandingBatchSource, history: RunHistory, parts: JobParts) {
    this.id = record.id;
    this.#record = record;
    this.#trainer = trainer;
    this.#source = source;
    this.#history = { steps: [...history.steps], validations: [...history.validations] };
    this.#parts = parts;
  }

  /**
   * Stores the run before its first step, or takes up a stored one.
   * @throws AtelierError `run/start-cancelled`
   */
  static async open(record: RunRecord, from: Checkpoint | MethodStart, history: RunHistory, parts: JobParts): Promise<RunJob> {
    const training = makeTraining(parts.model.spec, record.config);
    const start: Checkpoint = "version" in from ? from : { version: formatVersion, ...freshSnapshot(training, from), cursor: null };
    const source = batchSource(parts.data, record.config.data, start.cursor);
    const trainer = await parts.exclusive(() => Trainer.create(parts.model, training, start));
    const job = new RunJob(
      { ...record, phase: "running", stepsDone: start.step },
      trainer,
      source,
      historyUpTo(history, start.step),
      parts,
    );
    try {
      stopIfNotWanted(parts.signal);
      if ("version" in from) await job.#save(start);
      else await job.#create({ ...start, cursor: source.cursor() });
      return job;
    } catch (error) {
      await quietly(() => parts.exclusive(() => trainer.dispose()));
      throw error;
    }
  }

  /** What was stored of a run that is not wanted any more goes. */
  async #create(start: Checkpoint): Promise<void> {
    const { data, signal } = this.#parts;
    await createRun(this.#record, data, start, this.#history);
    if (signal.aborted) await deleteRun(this.id);
    stopIfNotWanted(signal);
  }

  /** The run's numbers as they stand; undefined once it has ended, when what is stored is what counts. */
  get trainer(): Trainer | undefined {
    return this.#isOver ? undefined : this.#trainer;
  }

  /** The end is stored and the page will be told; another run may start. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves once the run has ended and let go of all it held. */
  get finished(): Promise<void> {
    return this.#finished ?? Promise.resolve();
  }

  /** Runs to its end; never rejects: a failure becomes the run's phase. */
  start(): Promise<void> {
    this.#finished ??= this.#run();
    return this.#finished;
  }

  /** Resolves once the run has ended. To stop outweighs to pause. */
  async end(request: Request): Promise<void> {
    if (this.#request !== "stop") this.#request = request;
    await this.#finished;
  }

  async #run(): Promise<void> {
    try {
      this.#tell("running");
      await this.#steps();
      await this.#close(
        this.#request === "stop" ? "stopped" : this.#trainer.step >= this.#record.config.stopping.steps ? "finished" : "paused",
      );
    } catch (error) {
      await this.#fail(error);
    }
    this.#isOver = true;
    // How the run ended is known; that it cannot be tidied up may keep neither the lock nor the news back.
    await quietly(() => this.#parts.exclusive(() => this.#trainer.dispose()));
    await quietly(() => this.#parts.release());
    // Last, so that whoever hears of the end finds everything free.
    await quietly(() => this.#tell(this.#record.phase));
  }

  async #steps(): Promise<void> {
    const { config } = this.#record;
    const { checkpointEvery, steps } = config.stopping;
    const loop = trainLoop(this.#trainer, this.#source, config, Math.min(steps, this.#parts.stopAfter ?? steps));
    let since = performance.now();
    while (this.#request === undefined) {
      const { value, done } = await this.#parts.exclusive(() => loop.next());
      if (done || !value) return;
      this.#note(value, performance.now() - since);
      const step = this.#trainer.step;
      if (value.kind === "step" && checkpointEvery > 0 && step % checkpointEvery === 0) await this.checkpoint();
      await macrotask();
      since = performance.now();
    }
  }

  #note(report: LoopReport, ms: number): void {
    const { hub } = this.#parts;
    if (report.kind === "validation") {
      const { step, loss } = report;
      this.#history.validations = [...this.#history.validations.filter((known) => known.step !== step), { step, loss }];
      this.#record = { ...this.#record, lastValidationLoss: loss };
      hub.send({ kind: "validation", runId: this.id, report: { step, loss } });
      return;
    }
    const { kind: _step, ...measured } = report;
    const done: StepReport = { ...measured, ms };
    this.#history.steps.push(done);
    this.#record = { ...this.#record, stepsDone: this.#trainer.step, lastLoss: report.loss };
    hub.step(this.id, done);
  }

  /** Keeps where the run stands, between two steps. */
  async checkpoint(): Promise<void> {
    // Numbers and data cursor of one moment: the next step moves both.
    const checkpoint = await this.#parts.exclusive(async (): Promise<Checkpoint> => {
      const cursor = this.#source.cursor();
      return { version: formatVersion, ...(await this.#trainer.snapshot()), cursor };
    });
    await this.#save(checkpoint);
  }

  /** What cannot be stored stays in memory: that is said, and training goes on. */
  async #save(checkpoint: Checkpoint): Promise<void> {
    const { hub } = this.#parts;
    const { step } = checkpoint;
    this.#record = { ...this.#record, checkpointStep: step };
    try {
      await saveCheckpoint(this.#record, checkpoint, this.#history);
    } catch (error) {
      hub.send({ kind: "unsaved", runId: this.id, step, error: toErrorRecord(error) });
      return;
    }
    const { parameters, fixed, optimizer } = checkpoint;
    const vectors = [parameters, fixed, ...Object.values(optimizer)].flatMap((named) => Object.values(named));
    hub.send({ kind: "checkpoint", runId: this.id, step, bytes: vectors.reduce((sum, { byteLength }) => sum + byteLength, 0) });
  }

  async #close(phase: RunPhase): Promise<void> {
    this.#record = { ...this.#record, phase };
    await this.checkpoint();
  }

  /** The last checkpoint stays as it is; only the record learns of the failure. */
  async #fail(error: unknown): Promise<void> {
    this.#record = { ...this.#record, phase: "failed", error: toErrorRecord(error) };
    await saveRecord(this.#record).catch(() => undefined);
  }

  #tell(phase: RunPhase): void {
    const { error } = this.#record;
    this.#parts.hub.send({ kind: "phase", runId: this.id, phase, ...(error ? { error } : {}) });
  }
}

async function quietly(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch {
    // Whoever calls this has said what is worth saying.
  }
}
