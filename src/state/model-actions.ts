// Loads models and switches engines.
import { toErrorRecord } from "../base/errors.ts";
import { needsTexts } from "../config/quantizations.ts";
import { data } from "../client/data-client.ts";
import { engine } from "../client/engine-client.ts";
import { words } from "../words/message.ts";
import { announce } from "./announcements.ts";
import { refreshPreview } from "./dataset-actions.ts";
import { nameInLanguage } from "./language.ts";
import { dropHeldLoad, mayLoad } from "./load-budget.ts";
import { useModel, type LoadChoice, type ModelState } from "./model-store.ts";
import { readAddress, tokenFor } from "./model-form.ts";
import { rememberEngine, usePage } from "./page-settings.ts";
import { calibrationRows } from "./sample-rows.ts";
import { filesOfModel } from "./picked-folder.ts";
import { refreshStored } from "./stored-models.ts";
import type { CachedModel, ExecutionProvider, LoadRequest, ModelInfo, ModelSource } from "./view-types.ts";

let lastLoad = 0;
/** Loads up to this one are not wanted any more. */
let lastCancelled = 0;
let lastOpening = 0;

/** What is not preferred for stays as it is. On failure the model that was loaded stays. */
export async function loadModel(requested: LoadChoice = {}): Promise<boolean> {
  const mine = ++lastLoad;
  let isOver = false;
  // Loads come one after the other: while a later one goes on, the end of this one must not look like the end of all.
  const atEnd = (): Partial<ModelState> => {
    isOver = true;
    return mine === lastLoad ? { loading: null } : {};
  };
  const asked = requestFor(requested);
  useModel.setState({ loading: { stage: "engine", fraction: 0, detail: words("state/starting-engine") }, error: null });
  try {
    // What is stored here has fitted before, and asking for more would need its source.
    if (asked.cached !== undefined) dropHeldLoad();
    const request = asked.cached === undefined ? await mayLoad(requested, asked) : asked;
    // How long the question took does not decide which model comes: the one that was asked for last.
    if (!request || mine !== lastLoad || mine <= lastCancelled) {
      useModel.setState(atEnd());
      return false;
    }
    const loaded = await engine.load(await withTexts(request), (progress) => {
      if (mine === lastLoad && !isOver) useModel.setState({ loading: progress });
    });
    // In one piece: no moment at which data could be prepared with the tokenizer of the model before.
    useModel.setState({ model: loaded, source: pinned(request.source, loaded), tokenizer: "opening", ...atEnd() });
    await openTokenizer();
    announce(words("state/model-ready", { name: loaded.name, engine: loaded.engineDescription }));
    void refreshStored();
    await refreshPreview();
    return true;
  } catch (error) {
    useModel.setState({ ...atEnd(), error: toErrorRecord(error) });
    void refreshStored();
    return false;
  }
}

/** What weights are rounded with, where they are. Only the tokenizer of the loaded model is open. */
async function withTexts(request: LoadRequest): Promise<LoadRequest> {
  if (!needsTexts(request.quantization) || useModel.getState().tokenizer !== "open") return request;
  return { ...request, calibration: await calibrationRows() };
}

function requestFor(requested: LoadChoice): LoadRequest {
  const { model, source: current } = useModel.getState();
  const provider = requested.provider ?? usePage.getState().engine;
  const source = requested.source ?? current;
  const token = tokenFor(source);
  return {
    source,
    // Another model is rounded with texts only where that is asked for: its tokenizer has to be open first.
    quantization:
      requested.quantization ??
      (requested.source && needsTexts(model?.held.requested ?? "auto") ? "auto" : (model?.held.requested ?? "auto")),
    quantizeHead: requested.quantizeHead ?? model?.quantizeHead ?? false,
    ...(provider ? { provider } : {}),
    ...copyFor(requested, model),
    ...(token === undefined ? {} : { token }),
    ...(requested.listing ? { listing: requested.listing } : {}),
    ...(requested.isKept === false ? { useCache: false as const } : {}),
  };
}

/** Picked files are gone after a reload; their copy serves as long as it is to be held in the same way. */
function copyFor({ cached, source, quantization, quantizeHead }: LoadChoice, model: ModelInfo | null): { readonly cached?: string } {
  if (cached !== undefined) return { cached };
  const { source: current } = useModel.getState();
  const isSame = source === undefined && quantization === undefined && quantizeHead === undefined;
  const isGone = current.kind === "files" && current.files.length === 0;
  return isSame && isGone && model?.cache.id !== undefined ? { cached: model.cache.id } : {};
}

/** Loads a copy as it is held. */
export async function loadStored({ id, source, quantization, quantizeHead }: CachedModel): Promise<void> {
  await loadModel({ cached: id, source, quantization, quantizeHead });
}

/** The same files come again when the model is loaded on another engine. */
function pinned(source: ModelSource, { commit }: ModelInfo): ModelSource {
  return source.kind === "hub" && commit !== undefined ? { ...source, commit } : source;
}

/** Opens the loaded model's tokenizer where data is read. Without it data of another model's tokens could be trained on. */
export async function openTokenizer(): Promise<void> {
  const mine = ++lastOpening;
  const { source, model } = useModel.getState();
  useModel.setState({ tokenizer: "opening" });
  try {
    const opened = data.openTokenizer(source, tokenFor(source), model?.cache.id, model?.listing);
    // Tokens of the model before are not shown meanwhile.
    void refreshPreview();
    await opened;
    if (mine === lastOpening) useModel.setState({ tokenizer: "open" });
  } catch (error) {
    // Another model has come meanwhile, and its tokenizer is none of this call's business.
    if (mine !== lastOpening) return;
    useModel.setState({ tokenizer: "none", error: toErrorRecord(error) });
    await data.closeTokenizer();
  }
}

/** A model by its id on the hub or its address; what is wrong with it is shown beside the field. */
export async function loadAddress(address: string): Promise<void> {
  const source = readAddress(address);
  if (source) await loadModel({ source });
}

export async function cancelLoad(): Promise<void> {
  lastCancelled = lastLoad;
  await engine.cancelLoad();
}

/** The choice is remembered once it has worked. */
export async function switchEngine(provider: ExecutionProvider): Promise<void> {
  if (await loadModel({ provider })) rememberEngine(provider);
}

export async function loadModelFiles(files: readonly File[]): Promise<void> {
  const own = filesOfModel(files);
  const folder = own[0]?.webkitRelativePath.split("/").at(-2);
  await loadModel({ source: { kind: "files", name: folder || nameInLanguage(words("state/model-from-files")), files: own } });
}

export async function probeEngine(): Promise<void> {
  try {
    useModel.setState({ report: await engine.probe() });
  } catch (error) {
    useModel.setState({ error: toErrorRecord(error) });
  }
}

export function dismissModelError(): void {
  useModel.setState({ error: null });
}
