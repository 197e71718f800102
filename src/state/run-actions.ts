// Starts, pauses, resumes, stops, deletes, exports and imports runs.
import { AtelierError, toErrorRecord } from "../base/errors.ts";
import { adapterFilesAmong } from "../config/adapter-files.ts";
import { data } from "../client/data-client.ts";
import { engine } from "../client/engine-client.ts";
import { namedBytes } from "../client/named-bytes.ts";
import { leftOut } from "../config/left-out.ts";
import { makesModel } from "../config/new-model.ts";
import type { DataConfig, RunConfig } from "../config/run-config.ts";
import { spokenCard } from "../language/spoken-card.ts";
import { words, type Text } from "../words/message.ts";
import { announce } from "./announcements.ts";
import { useDataset, type DatasetState } from "./dataset-store.ts";
import { nameInLanguage, speakerNow } from "./language.ts";
import { useModel } from "./model-store.ts";
import { loadModelOfRun, loadNewModel, rememberModel } from "./new-model.ts";
import { goTo } from "./page-settings.ts";
import { putView, refreshRuns } from "./run-events.ts";
import { withHistory } from "./run-view.ts";
import { useRuns } from "./runs-store.ts";
import { readForm, useTrainForm } from "./train-form.ts";
import type { ModelInfo, NamedBytes, PreparedData } from "./view-types.ts";

/** Runs an action; what it throws is shown, and nothing that was there is lost. */
async function shown<T>(action: () => Promise<T>): Promise<T | undefined> {
  useRuns.setState({ error: null });
  try {
    return await action();
  } catch (thrown) {
    const error = toErrorRecord(thrown);
    if (error.code === "run/start-cancelled") announce(words("state/start-cancelled"));
    else useRuns.setState({ error });
    return undefined;
  } finally {
    useRuns.setState({ starting: null });
  }
}

export async function startRun(): Promise<void> {
  const form = useTrainForm.getState();
  const { config, errors } = readForm(form, useModel.getState().model?.contextLength ?? null);
  if (Object.keys(errors).length > 0) return;
  const name = form.name.trim() || nextName();
  const { files, validation } = useDataset.getState();
  await cancellable(async (signal) => {
    const notes = await makeModel(config, name, signal);
    const { model } = useModel.getState();
    const prepared = await unlessAborted(prepare(config.data, signal), signal);
    requireStill(model);
    requireStillData({ files, validation });
    useRuns.setState({ starting: { what: words("state/starting-run"), fraction: null } });
    // Of a dataset with a file for validation nothing is kept out.
    const kept = prepared.validation ? { ...config, data: { ...config.data, validationFraction: 0 } } : config;
    const request = { name, config: kept, data: prepared.data, notes: [...notes, ...leftOut(prepared)] };
    const id = await engine.startRun(request, (fraction) => tellStart(fraction, signal));
    useTrainForm.setState({ name: "" });
    useRuns.setState({ selectedId: id });
    await refreshRuns(id);
  });
}

/** A start that can be cancelled: then nothing of it stays, its model neither. */
async function cancellable(action: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { signal } = (start = new AbortController());
  const restore = rememberModel();
  const isStarted = await shown(async () => {
    await action(signal);
    return true;
  });
  if (!isStarted && signal.aborted) await restore();
}

/** A run from scratch begins with its model. @returns what there is to say of it */
async function makeModel({ method, data: { seed } }: RunConfig, name: string, signal: AbortSignal): Promise<readonly Text[]> {
  if (!makesModel(method)) return [];
  useRuns.setState({ starting: { what: words("state/making-model"), fraction: 0 } });
  return loadNewModel(method, { seed, name, signal }, (fraction) => tellStart(fraction, signal));
}

/** Of the start that is under way. */
let start = new AbortController();

/** Nothing of the start stays, and Train can be pressed again as soon as the worker has let go of it. */
export async function cancelStart(): Promise<void> {
  useRuns.setState(({ starting }) =>
    starting ? { starting: { what: words("state/cancelling-start"), fraction: null, isCancelled: true } } : {},
  );
  start.abort();
  await engine.cancelStart();
}

/** What the data worker has begun it ends; nobody waits for it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void => reject(new AtelierError("run/start-cancelled"));
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });
  return Promise.race([work, aborted]);
}

/** What is told of a start that was cancelled comes too late. */
function tellStart(fraction: number, signal: AbortSignal): void {
  if (!signal.aborted) useRuns.setState(({ starting }) => (starting ? { starting: { ...starting, fraction } } : {}));
}

/** @throws AtelierError `run/model-changed` where another model was loaded, or begins to be, since Train was pressed */
function requireStill(pressedFor: ModelInfo | null): void {
  const { model, loading } = useModel.getState();
  if (model === pressedFor && loading === null) return;
  throw new AtelierError("run/model-changed");
}

/**
 * A run's name, and a tokenizer that was made for it, are of the data that Train was pressed for.
 * @throws AtelierError `run/data-changed` where it is another, or begins to be
 */
function requireStillData(pressedFor: Pick<DatasetState, "files" | "validation">): void {
  const { files, validation, reading } = useDataset.getState();
  if (files === pressedFor.files && validation === pressedFor.validation && reading === null) return;
  throw new AtelierError("run/data-changed");
}

/** Tokenizes the dataset, where that was not done when it was counted. */
async function prepare({ seqLength, turns, validationFraction, seed }: DataConfig, signal: AbortSignal): Promise<PreparedData> {
  useRuns.setState({ starting: { what: words("state/tokenizing"), fraction: 0 } });
  return data.prepare({ seqLength, turns, validationFraction, seed }, (fraction) => {
    // News may come after the answer.
    if (useRuns.getState().starting?.fraction !== null) tellStart(fraction, signal);
  });
}

function nextName(): string {
  const base = (useDataset.getState().report?.name ?? "run").replace(/\.[^.]+$/, "");
  const taken = new Set(Object.values(useRuns.getState().views).map(({ record }) => record.name));
  let number = 1;
  while (taken.has(`${base} ${number}`)) number++;
  return `${base} ${number}`;
}

export async function resumeRun(id: string): Promise<void> {
  useRuns.setState({ selectedId: id });
  goTo("train");
  await cancellable(async (signal) => {
    useRuns.setState({ starting: { what: words("state/reading-checkpoint"), fraction: null } });
    await unlessAborted(readHistory(id), signal);
    await engine.resumeRun(id).catch(async (error: unknown) => {
      if (toErrorRecord(error).code !== "run/other-model" || !(await loadItsModel(id, signal))) throw error;
      if (signal.aborted) throw new AtelierError("run/start-cancelled");
      await engine.resumeRun(id);
    });
  });
}

/** Of a run from scratch: nobody else has its model. @returns whether it is one */
async function loadItsModel(id: string, signal: AbortSignal): Promise<boolean> {
  const name = useRuns.getState().views[id]?.record.model.name ?? "";
  return loadModelOfRun(id, name, signal);
}

export async function loadModelOf(id: string): Promise<void> {
  await shown(() => loadItsModel(id, new AbortController().signal));
}

export async function endRun(id: string, how: "pause" | "stop"): Promise<void> {
  // Who paused a run on purpose needs no reminder before the next visit.
  useRuns.setState({ ending: how, dismissedId: id });
  await shown(() => (how === "pause" ? engine.pauseRun(id) : engine.stopRun(id)));
  useRuns.setState({ ending: null });
  await shown(() => refreshRuns());
}

export async function selectRun(id: string): Promise<void> {
  useRuns.setState({ selectedId: id });
  await shown(() => readHistory(id));
}

async function readHistory(id: string): Promise<void> {
  if (useRuns.getState().views[id]?.historyKnown) return;
  const history = await engine.runHistory(id);
  const view = useRuns.getState().views[id];
  if (view && !view.historyKnown) putView(withHistory(view, history));
}

export async function deleteRun(id: string): Promise<void> {
  await shown(async () => {
    await engine.deleteRun(id);
    await refreshRuns();
    const { order, selectedId } = useRuns.getState();
    if (selectedId === id) await openNewest(order);
  });
}

async function openNewest(order: readonly string[]): Promise<void> {
  const [newest] = order;
  useRuns.setState({ selectedId: newest ?? null });
  if (newest !== undefined) await readHistory(newest);
}

/** The stored runs, with the newest one opened. */
export async function openRuns(): Promise<void> {
  await shown(async () => {
    await refreshRuns();
    const { selectedId, order } = useRuns.getState();
    if (selectedId === null) await openNewest(order);
  });
}

/** For a run whose newest state found no room: the user has made some. */
export async function storeAgain(id: string): Promise<void> {
  await shown(async () => {
    await engine.storeAgain(id);
    await refreshRuns();
  });
}

export async function exportAdapter(id: string): Promise<readonly NamedBytes[]> {
  const files = await shown(async () => {
    const card = await engine.adapterCard(id);
    return [...(await engine.exportAdapter(id)), { name: card.name, bytes: spokenCard(card, speakerNow()) }];
  });
  return files ?? [];
}

export async function exportState(id: string): Promise<readonly NamedBytes[]> {
  const file = await shown(() => engine.exportState(id));
  return file ? [file] : [];
}

/** A saved run, or an adapter of PEFT or mlx-lm as a finished run. */
export async function importRun(files: readonly File[], kind: "adapter" | "state"): Promise<void> {
  await shown(async () => {
    // A trainer's folder also holds its optimizer's state, which may be larger than what can be read.
    const named = await Promise.all((kind === "adapter" ? adapterFilesAmong(files, ({ name }) => name) : files).map(namedBytes));
    const folder = files[0]?.webkitRelativePath.split("/")[0];
    const state = named.find(({ name }) => name.endsWith(".safetensors"));
    if (kind === "state" && !state) return;
    const id =
      kind === "adapter" || !state
        ? await engine.importAdapter(folder || nameInLanguage(words("state/imported-adapter")), named)
        : await engine.importState(state.bytes);
    await refreshRuns();
    useRuns.setState({ selectedId: id });
    await readHistory(id);
  });
}

export function dismissRunError(): void {
  useRuns.setState({ error: null });
}

export function dismissReminder(id: string): void {
  useRuns.setState({ dismissedId: id });
}
