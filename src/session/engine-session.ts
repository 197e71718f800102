// The engine worker's side of the protocol: owns the engines, the loaded model and the run at work, and lets training and
// chat take turns. The truth lives here; the page only sees reports.
import { AtelierError, toErrorRecord, type ErrorRecord } from "../base/errors.ts";
import * as store from "../checkpoint/run-store.ts";
import type { EngineApi } from "../protocol/engine-api.ts";
import type { LossOf } from "../protocol/diagnostics-api.ts";
import type { LoadRequest } from "../protocol/models-api.ts";
import type { RunData, TrainRequest } from "../protocol/runs-api.ts";
import type { Engine } from "../runtime/engine.ts";
import { createOrtEngine } from "../runtime/ort-engine.ts";
import type { Batch } from "../tokens/batch.ts";
import { Adapters, letGo } from "./chat/adapters.ts";
import { Answers } from "./chat/answers.ts";
import { browserCache, listCopies } from "./models/browser-cache.ts";
import { Budgets } from "./models/budget-requests.ts";
import { trackCallback } from "./callback.ts";
import { Cancellable } from "./cancellable.ts";
import { EventHub } from "./event-hub.ts";
import { Engines, type CreateEngine } from "./models/engines.ts";
import { createExclusive } from "./exclusive.ts";
import { generateAnswers } from "./chat/answers-together.ts";
import { generateAnswer, type GenerationParts } from "./chat/generation.ts";
import { fetchLater, later } from "./later.ts";
import { chooseProvider, loadWithTokenizer, type Loaded } from "./models/load-with-tokenizer.ts";
import { CurrentRun } from "./runs/current-run.ts";
import { probeEngines } from "./diagnostics/probe.ts";
import { prepareTraining } from "./runs/prepare-training.ts";
import { requireSomethingToLearn } from "./runs/run-checks.ts";
import { listRuns, readRun } from "./runs/stored-runs.ts";

interface Active extends Loaded {
  readonly adapters: Adapters;
}

export class EngineSession implements EngineApi {
  readonly #hub = new EventHub();
  readonly #exclusive = createExclusive();
  /** Loads and starts of runs, one after the other: each finds a whole model and knows whether a run trains. */
  readonly #inTurn = createExclusive();
  readonly #engines: Engines;
  readonly #loads = new Cancellable();
  readonly #checks = new Cancellable();
  readonly #comparisons = new Cancellable();
  readonly #starts = new Cancellable();
  readonly #preparations = new Cancellable();
  #active: Active | undefined;
  readonly #runs: CurrentRun;
  readonly #answers = new Answers();
  readonly #budgets = new Budgets();
  /** Why there is no model any more. */
  #lostBy: AtelierError | undefined;
  #onEngineLost: (error: ErrorRecord) => void = () => undefined;

  constructor(create: CreateEngine = createOrtEngine) {
    this.#engines = new Engines(create, (engine, error) => void this.#lose(engine, error));
    this.#runs = new CurrentRun({ hub: this.#hub, exclusive: this.#exclusive, loaded: () => this.#loaded() });
  }

  probe: EngineApi["probe"] = () => probeEngines();

  subscribe: EngineApi["subscribe"] = (listener) => {
    this.#hub.listen(listener);
    return Promise.resolve();
  };

  onEngineLost: EngineApi["onEngineLost"] = (listener) => {
    this.#onEngineLost = listener;
    return Promise.resolve();
  };

  load: EngineApi["load"] = (request, onProgress) => {
    // What it measures is of a model that goes.
    void this.cancelComparison();
    return this.#loads.run((signal) => this.#next(() => this.#load(request, onProgress, signal)));
  };

  cancelLoad: EngineApi["cancelLoad"] = () => this.#loads.cancel();
  cancelCheck: EngineApi["cancelCheck"] = () => this.#checks.cancel();

  /** A check, or what is prepared, gives way to what is asked for after it: it can be asked for again. */
  #next<T>(action: () => Promise<T>): Promise<T> {
    void this.cancelCheck();
    void this.#preparations.cancel();
    return this.#inTurn(action);
  }

  cachedModels: EngineApi["cachedModels"] = () => listCopies();
  deleteCached: EngineApi["deleteCached"] = async (id) => (await browserCache())?.delete(id);

  async #load(request: LoadRequest, onProgress: Parameters<EngineApi["load"]>[1], signal: AbortSignal): ReturnType<EngineApi["load"]> {
    await this.#runs.refuseWhileTraining("load");
    const { tell, arrived } = trackCallback(onProgress);
    const loaded = await this.#exclusive(() => loadWithTokenizer(request, (provider) => this.#engines.get(provider), tell, signal));
    try {
      await arrived();
      await this.#answers.end();
      this.#engines.requireAlive(loaded.engine);
    } catch (error) {
      loaded.model.dispose();
      throw error;
    }
    // No turn is given between the last answer's end and the exchange, so that no answer starts on what goes.
    const previous = this.#active;
    void this.#preparations.cancel();
    this.#active = { ...loaded, adapters: new Adapters(loaded.model) };
    this.#lostBy = undefined;
    await this.#exclusive(async () => {
      await letGo(previous);
      if (previous) await this.#engines.preparedOn(previous.engine)?.keepOnly([]);
    });
    fetchLater();
    return loaded.info;
  }

  /** What is under way on the engine fails by itself; what it held is let go after that, and the page may load again. */
  async #lose(engine: Engine, error: AtelierError): Promise<void> {
    const active = this.#active?.engine === engine ? this.#active : undefined;
    if (active) {
      this.#active = undefined;
      this.#lostBy = error;
    }
    await this.#inTurn(async () => {
      if (active) {
        await this.#runs.finished();
        await this.#answers.end();
      }
      await this.#exclusive(async () => {
        await letGo(active);
        await engine.dispose();
      });
    }).finally(() => {
      if (active) this.#onEngineLost(toErrorRecord(error));
    });
  }

  startRun(request: TrainRequest, onProgress: (share: number) => void = () => undefined): Promise<string> {
    return this.#starts.run((signal) => this.#next(() => this.#runs.begin(request, onProgress, signal)));
  }

  resumeRun(runId: string, options: { readonly stopAfter?: number } = {}): Promise<void> {
    return this.#starts.run((signal) => this.#next(() => this.#runs.resume(runId, options.stopAfter, signal)));
  }

  prepareRun: EngineApi["prepareRun"] = async (request) => {
    void this.#preparations.cancel();
    const { model } = this.#loaded();
    const prepared = this.#engines.preparedOn(model.engine);
    if (!prepared || this.#runs.job?.isOver === false) return false;
    return this.#preparations.run((signal) => prepareTraining(model, request, { prepared, exclusive: this.#exclusive, signal }));
  };

  cancelStart: EngineApi["cancelStart"] = () => this.#starts.cancel();

  pauseRun: EngineApi["pauseRun"] = (runId) => this.#runs.pause(runId);
  stopRun: EngineApi["stopRun"] = (runId) => this.#runs.stop(runId);
  listRuns: EngineApi["listRuns"] = () => listRuns();
  storeAgain: EngineApi["storeAgain"] = (runId) => store.storeAgain(runId);

  runHistory: EngineApi["runHistory"] = (runId) => store.readHistory(runId);

  deleteRun: EngineApi["deleteRun"] = (runId) => this.#runs.delete(runId);

  generate: EngineApi["generate"] = (request, onText) => this.#write(request.runId, (parts) => generateAnswer(request, parts, onText));

  generateAll: EngineApi["generateAll"] = (request, onWritten) =>
    this.#write(request.runId, (parts) => generateAnswers(request, parts, onWritten));

  async #write<T>(runId: string | null, write: (parts: GenerationParts) => Promise<T>): Promise<T> {
    void this.#preparations.cancel();
    const { tokenizer, adapters } = this.#loaded();
    return this.#answers.write(async (isStopped) => {
      using adapter = await this.#exclusive(() => adapters.resolve(runId, this.#runs.job));
      return await write({ tokenizer, adapter, exclusive: this.#exclusive, isStopped });
    });
  }

  stopGeneration: EngineApi["stopGeneration"] = async () => this.#answers.stop();

  async exportAdapter(runId: string): ReturnType<EngineApi["exportAdapter"]> {
    const { model } = this.#loaded();
    await this.#runs.keepStanding(runId);
    const { exportAdapterFiles } = await later.exchange();
    return exportAdapterFiles(model, await readRun(runId), await store.readData<RunData>(runId));
  }

  adapterCard: EngineApi["adapterCard"] = async (runId) => {
    const record = await store.readRecord(runId);
    const [{ adapterCard }, { hasPeftForm }] = [await later.card(), await later.exchange()];
    return adapterCard(record, hasPeftForm(this.#loaded().model.spec, record.config.method));
  };

  checkTransfer: EngineApi["checkTransfer"] = (runId, from, onProgress) =>
    this.#checks.run((signal) => this.#inTurn(() => this.#check(runId, from, onProgress, signal)));

  async #check(...[runId, from, onProgress, signal]: [...Parameters<EngineApi["checkTransfer"]>, AbortSignal]) {
    await this.#runs.refuseWhileTraining("check");
    const { tell, arrived } = trackCallback(onProgress);
    const { checkTransfer } = await later.transfer();
    const report = await checkTransfer(runId, from, { ...this.#loaded(), exclusive: this.#exclusive, signal, tell });
    await arrived();
    return report;
  }

  async evaluateRun(runId: string): Promise<number> {
    const { model } = this.#loaded();
    const { trainingLoss } = await later.inspect();
    return this.#exclusive(() => trainingLoss(model, runId));
  }

  async exportState(runId: string): ReturnType<EngineApi["exportState"]> {
    await this.#runs.keepStanding(runId);
    return (await later.stateFiles()).exportStateFile(runId);
  }

  importState: EngineApi["importState"] = async (bytes) => (await later.stateFiles()).importStateFile(bytes);

  async importAdapter(name: string, files: Parameters<EngineApi["importAdapter"]>[1]): Promise<string> {
    const { model, info } = this.#loaded();
    const { importAdapterFiles } = await later.exchange();
    // What a method measures on the base is read between the steps of a run.
    return this.#exclusive(() => importAdapterFiles(model, info, name, files));
  }

  async logits(ids: readonly number[], runId: string | null): Promise<Float32Array> {
    const { model, adapters } = this.#loaded();
    const { lastLogits } = await later.inspect();
    return this.#exclusive(async () => {
      using adapter = await adapters.resolve(runId, this.#runs.job);
      return await lastLogits(model, adapter, ids);
    });
  }

  async loss(batch: Batch, of: LossOf, wantGradients: boolean): ReturnType<EngineApi["loss"]> {
    requireSomethingToLearn({ fixedBatch: batch });
    const loaded = this.#loaded();
    const { lossOf } = await later.inspect();
    return this.#exclusive(() => lossOf(loaded, of, batch, wantGradients));
  }

  bench: EngineApi["bench"] = async (request) => {
    const model = request.shape === "loaded" ? this.#loaded().model : null;
    const engine = model?.engine ?? (await this.#engines.get((await chooseProvider(request.provider)).provider));
    const { benchmark } = await later.bench();
    return this.#exclusive(() => benchmark(engine, model, request));
  };

  compareForms: EngineApi["compareForms"] = (request, onNews) =>
    this.#comparisons.run((signal) =>
      this.#next(async () => {
        await this.#runs.refuseWhileTraining("compare");
        const shared = { exclusive: this.#exclusive, budgets: this.#budgets, engines: this.#engines };
        const { compareBeside } = await later.compare();
        return compareBeside(this.#loaded(), request, shared, onNews, signal);
      }),
    );

  cancelComparison: EngineApi["cancelComparison"] = () => this.#comparisons.cancel();

  budget: EngineApi["budget"] = (request) => this.#loads.run((signal) => this.#budgets.report(request, this.#active?.model, signal));
  info: EngineApi["info"] = (request) => this.#budgets.info(request);
  probeMemory: EngineApi["probeMemory"] = (bytes, provider) => this.#exclusive(() => this.#budgets.probe(bytes, provider));

  #loaded(): Active {
    if (this.#active) return this.#active;
    throw this.#lostBy ?? new AtelierError("model/not-loaded");
  }
}
