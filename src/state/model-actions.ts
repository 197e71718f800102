// Loads models and switches engines.
import { toErrorRecord } from "../base/errors.ts";
import { data } from "../client/data-client.ts";
import { engine } from "../client/engine-client.ts";
import { announce } from "./announcements.ts";
import { refreshPreview } from "./dataset-actions.ts";
import { useModel, type LoadWish } from "./model-store.ts";
import { rememberEngine, usePage } from "./page-settings.ts";
import { refreshStored } from "./stored-models.ts";
import type { CachedModel, ExecutionProvider, LoadRequest, ModelInfo } from "./view-types.ts";

let ticket = 0;

/** What is not wished for stays as it is. On failure the model that was loaded stays. */
export async function loadModel(wish: LoadWish = {}): Promise<boolean> {
  const { model, source: current } = useModel.getState();
  const provider = wish.provider ?? usePage.getState().engine;
  const request: LoadRequest = {
    source: wish.source ?? current,
    quantization: wish.quantization ?? model?.quantization ?? "int4",
    quantizeHead: wish.quantizeHead ?? model?.quantizeHead ?? false,
    ...(provider ? { provider } : {}),
    ...copyFor(wish, model),
  };
  const mine = ++ticket;
  useModel.setState({ loading: { stage: "engine", fraction: 0, detail: "Starting the engine" }, error: null });
  try {
    const loaded = await engine.load(request, (progress) => {
      if (mine === ticket) useModel.setState({ loading: progress });
    });
    await data.openTokenizer(request.source, undefined, loaded.cache.id);
    ticket++;
    useModel.setState({ model: loaded, source: request.source, loading: null });
    announce(`${loaded.name} is ready. ${loaded.engineDescription}.`);
    void refreshStored();
    await refreshPreview();
    return true;
  } catch (error) {
    ticket++;
    useModel.setState({ loading: null, error: toErrorRecord(error) });
    void refreshStored();
    return false;
  }
}

/** Picked files are gone after a reload; their copy serves as long as it is to be held in the same way. */
function copyFor({ cached, source, quantization, quantizeHead }: LoadWish, model: ModelInfo | null): { readonly cached?: string } {
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

/** The choice is remembered once it has worked. */
export async function switchEngine(provider: ExecutionProvider): Promise<void> {
  if (await loadModel({ provider })) rememberEngine(provider);
}

export async function loadModelFiles(files: readonly File[]): Promise<void> {
  const [first] = files;
  const folder = first?.webkitRelativePath.split("/")[0];
  await loadModel({ source: { kind: "files", name: folder || "Model from files", files } });
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
