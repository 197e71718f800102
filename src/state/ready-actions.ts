// Has the run that the form describes prepared while nobody waits for it: once the data were counted, and again when form, model or data
// change. What is asked of the worker goes before, and where it fails nothing is said: Train meets the same and says it.
import { data } from "../client/data-client.ts";
import { engine } from "../client/engine-client.ts";
import { makesModel } from "../config/new-model.ts";
import type { RunConfig } from "../config/run-config.ts";
import { useBudget } from "./budget-store.ts";
import { useChat } from "./chat-store.ts";
import { useDataset } from "./dataset-store.ts";
import { useModel } from "./model-store.ts";
import { useRuns } from "./runs-store.ts";
import { readForm, useTrainForm } from "./train-form.ts";
import type { DataCheck, ModelInfo } from "./view-types.ts";

/** Between the last change and the work: a number that is being typed is not yet one. */
const pauseMs = 400;

let timer: ReturnType<typeof setTimeout> | undefined;

export function followReadiness(): void {
  if (isSaving()) return;
  for (const store of [useDataset, useTrainForm, useModel, useBudget, useRuns, useChat]) store.subscribe(prepareSoon);
}

/** Who saves data, and with it a battery, wants nothing done ahead. */
function isSaving(): boolean {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}

function prepareSoon(): void {
  const { activeId, starting } = useRuns.getState();
  // A run takes what was prepared with it.
  if (activeId !== null || starting !== null) preparedFor = null;
  clearTimeout(timer);
  timer = setTimeout(() => void prepare().catch(() => undefined), pauseMs);
}

/** What a run goes by. */
interface Wanted {
  readonly model: ModelInfo;
  readonly check: DataCheck;
  readonly config: RunConfig;
}

/** The last that was prepared, or is about to be. */
let preparedFor: Wanted | null = null;

async function prepare(): Promise<void> {
  const wanted = wantedRun();
  if (!wanted || isSame(wanted, preparedFor)) return;
  preparedFor = wanted;
  const { config } = wanted;
  const isReady = await engine.prepareRun({ config, sizes: await data.batchSizes(config.data) });
  if (!isReady && preparedFor === wanted) preparedFor = null;
}

/** Null where none can be started as things stand, or something else is being done. */
function wantedRun(): Wanted | null {
  const { model, loading, tokenizer } = useModel.getState();
  const { check, checking } = useDataset.getState();
  const { activeId, starting } = useRuns.getState();
  const isBusy = loading !== null || checking !== null || activeId !== null || starting !== null || useChat.getState().answering !== null;
  if (!model || !check || tokenizer !== "open" || isBusy || useBudget.getState().run?.fits !== true) return null;
  const { config, errors } = readForm(useTrainForm.getState(), model.contextLength);
  return Object.keys(errors).length > 0 || makesModel(config.method) ? null : { model, check, config };
}

function isSame(wanted: Wanted, known: Wanted | null): boolean {
  return wanted.model === known?.model && wanted.check === known.check && JSON.stringify(wanted.config) === JSON.stringify(known.config);
}
