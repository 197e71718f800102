// The verb `train`: prepares the data, starts or resumes a run, waits for its end and collects what it made.
import { AtelierError, fromErrorRecord, messageOf } from "../../base/errors.ts";
import { data as dataReader } from "../../client/data-client.ts";
import { engine, engineClient } from "../../client/engine-client.ts";
import { leftOut } from "../../config/left-out.ts";
import {
  merged,
  parseRunConfig,
  parseStoredConfig,
  type DataConfig,
  type Given,
  type RunConfig,
  type SectionName,
} from "../../config/run-config.ts";
import type { Mapping } from "../../data/mapped-roles.ts";
import { writtenMapping } from "../../data/mapping.ts";
import type { EngineEvent } from "../../protocol/events.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { commas, sentences, words, type Text } from "../../words/message.ts";
import { parseBatch } from "../../tokens/batch-json.ts";
import type { TrainOptions, VerbResult } from "../request.ts";
import { checkPublished } from "./check-published.ts";
import { parseData, parseValidation, tellCheck } from "./data.ts";
import { filesOf, progress } from "./files.ts";
import { fallbackMark } from "./require-gpu.ts";
import type { OpenedModel } from "./load.ts";

/** A run started by a script keeps nothing back for validation unless it says so. */
export const scriptDefaults: Given = { data: { validationFraction: 0 }, stopping: { checkpointEvery: 0 } };

interface Prepared {
  /** The id of the run to resume. */
  readonly resumed?: string | undefined;
  /** What there is to say of the model that was made for the run. */
  readonly notes?: readonly Text[];
}

export async function train(
  options: TrainOptions,
  loaded: OpenedModel,
  { resumed, notes: ofModel = [] }: Prepared = {},
): Promise<VerbResult> {
  const news = new RunNews();
  engineClient.onCrash((error) => news.fail(error));
  await engine.subscribe((event: EngineEvent) => news.add(event));
  const started = resumed === undefined ? await start(options, loaded, ofModel) : await resume(options, resumed);
  const { runId, firstStep, config, trainable, notes: ofRun = [] } = started;
  await news.end(runId);
  const { steps: all, validations } = await engine.runHistory(runId);
  const steps = all.filter(({ step }) => step >= firstStep);
  const ms = steps.reduce((sum, report) => sum + report.ms, 0);
  const skipped = steps.reduce((sum, report) => sum + (report.skipped ?? 0), 0);
  // JSON has no NaN.
  const unmeasured = validations
    .filter(({ loss }) => !Number.isFinite(loss))
    .map(({ step }) => words("cli/loss-not-finite", { steps: step }));
  for (const note of unmeasured) progress(note);
  const card = options.wantFiles ? await engine.adapterCard(runId) : undefined;
  const files = options.wantFiles ? [...(await engine.exportAdapter(runId)), await engine.exportState(runId)] : [];
  const { notes: found, ...transfer } = options.wantCheck ? await checkPublished(runId, loaded) : { notes: [] };
  const notes = [...loaded.notes, ...ofRun, ...unmeasured, ...found];
  const result = {
    ep: loaded.info.provider,
    ...fallbackMark(loaded.info.fallback),
    load: loaded.cost,
    ...(notes.length > 0 ? { notes } : {}),
    losses: steps.map(({ loss }) => loss),
    finalLoss: await engine.evaluateRun(runId),
    lrs: steps.map(({ learningRate }) => learningRate),
    gradNorms: steps.map(({ gradNorm }) => gradNorm),
    ...(skipped > 0 ? { skipped } : {}),
    method: config.method.kind,
    optimizer: config.optimizer.kind,
    ...(trainable === undefined ? {} : { trainable }),
    ...(validations.length > 0 ? { validations: validations.filter(({ loss }) => Number.isFinite(loss)) } : {}),
    tokensPerSecond: ms > 0 ? (steps.reduce((sum, { tokens }) => sum + tokens, 0) / ms) * 1000 : 0,
    steps: firstStep + steps.length,
    ...(card ? { trainedOn: sentences(card.paragraphs) } : {}),
    ...transfer,
  };
  return { result, files, ...(card ? { card, config } : {}) };
}

interface Started {
  readonly runId: string;
  readonly firstStep: number;
  readonly config: RunConfig;
  readonly trainable?: number | undefined;
  /** What there is to say of a new run. */
  readonly notes?: readonly Text[];
}

async function start(options: TrainOptions, loaded: OpenedModel, ofModel: readonly Text[]): Promise<Started> {
  const asked = await askedFor(options.config, loaded.adapterId);
  const { data, notes: ofData } =
    options.batch === undefined
      ? await prepare(asked.data, loaded, options.mapping)
      : { data: { fixedBatch: parseBatch(options.batch) }, notes: [] };
  const runId = await engine.startRun({
    // As the page names its first run on a file.
    name: ("name" in data ? data.name : "batch").replace(/\.[^.]+$/, ""),
    config: asked,
    data,
    notes: [...ofModel, ...ofData],
    ...(options.stopAfter === undefined ? {} : { stopAfter: options.stopAfter }),
    ...(loaded.adapterId === null ? {} : { startFrom: loaded.adapterId }),
  });
  const { config, trainable, notes = [] } = await recordOf(runId);
  return { runId, firstStep: 0, config, trainable, notes };
}

/** What an adapter that is trained on is decides, and with it what is recommended for it. */
async function askedFor(given: Given, adapterId: string | null): Promise<RunConfig> {
  if (adapterId === null) return parseRunConfig(merged(scriptDefaults, given));
  const { method } = (await recordOf(adapterId)).config;
  return parseStoredConfig({ ...merged(scriptDefaults, given), method });
}

async function prepare(
  config: DataConfig,
  { source, token, listing }: OpenedModel,
  mapping: Mapping | undefined,
): Promise<{ readonly data: RunData; readonly notes: readonly Text[] }> {
  await parseData(mapping);
  await parseValidation();
  await dataReader.openTokenizer(source, token, undefined, listing);
  const { data, ...check } = await dataReader.prepare(config, () => undefined);
  tellCheck(check);
  // Kept with the record of the run: what it learned depends on it.
  const mapped = mapping ? [words("data/mapped-as", { mapping: writtenMapping(mapping) })] : [];
  return { data, notes: [...mapped, ...leftOut(check)] };
}

/** The run of the file that the command names, stored again. @returns its id */
export async function savedRun(): Promise<string> {
  const [file] = filesOf("resume");
  if (!file) throw new AtelierError("cli/usage#nothing-to-resume");
  return engine.importState(new Uint8Array(await file.arrayBuffer()));
}

async function resume({ config: given, stopAfter }: TrainOptions, runId: string): Promise<Started> {
  const { config, checkpointStep, trainable } = await recordOf(runId);
  refuseOtherConfig(config, given);
  await engine.resumeRun(runId, stopAfter === undefined ? {} : { stopAfter });
  return { runId, firstStep: checkpointStep ?? 0, config, trainable };
}

async function recordOf(runId: string) {
  const record = (await engine.listRuns()).find(({ id }) => id === runId);
  if (!record) throw new Error(`There is no run ${runId}.`);
  return record;
}

/** @throws AtelierError `cli/resume-differs` naming every setting that the saved run has otherwise */
function refuseOtherConfig(stored: RunConfig, given: Given): void {
  const settings = (Object.keys(given) as SectionName[]).flatMap((section) =>
    Object.keys(given[section] ?? {}).map((name) => ({ section, name })),
  );
  // Of another kind the settings would be others.
  const kinds = settings.filter(({ section, name }) => name === "kind" && given[section]?.["kind"] !== stored[section].kind);
  const asked = kinds.length > 0 ? given : parseStoredConfig(merged(stored, given));
  const written = (of: Given, section: SectionName, name: string): string => JSON.stringify(of[section]?.[name]);
  const differences = (kinds.length > 0 ? kinds : settings)
    .filter(({ section, name }) => written(stored, section, name) !== written(asked, section, name))
    .map(({ section, name }) =>
      words("cli/difference", {
        name: name === "kind" ? section : name,
        stored: written(stored, section, name),
        asked: written(asked, section, name),
      }),
    );
  if (differences.length > 0) throw new AtelierError("cli/resume-differs", { differences: commas(differences) });
}

/** Events may come before the caller knows the id of its run, so all are kept. */
class RunNews {
  readonly #ended = new Map<string, EngineEvent & { readonly kind: "phase" }>();
  #waiting: (() => void) | undefined;
  #failure: AtelierError | undefined;

  add(event: EngineEvent): void {
    if (event.kind === "steps") {
      for (const { step, loss, gradNorm: norm, learningRate: rate, skipped } of event.steps) {
        if (skipped) progress(words("cli/skipped", { step: step + 1, count: skipped }));
        progress(words("cli/step", { step: step + 1, loss, norm, rate }));
      }
    }
    if (event.kind === "validation") progress(words("cli/validation-loss", { steps: event.report.step, loss: event.report.loss }));
    if (event.kind === "unsaved") progress(words("cli/checkpoint-not-stored", { step: event.step, why: messageOf(event.error) }));
    if (event.kind !== "phase" || event.phase === "running") return;
    this.#ended.set(event.runId, event);
    this.#waiting?.();
  }

  /** A worker that died sends no more news. */
  fail(error: AtelierError): void {
    this.#failure = error;
    this.#waiting?.();
  }

  async end(runId: string): Promise<void> {
    while (!this.#ended.has(runId)) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    const event = this.#ended.get(runId);
    if (event?.error) throw fromErrorRecord(event.error);
  }
}
