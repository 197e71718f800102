// The new model of a run from scratch: made before the run, in place of the loaded one, and made again where a run needs it.
import { AtelierError, fromErrorRecord } from "../base/errors.ts";
import { data } from "../client/data-client.ts";
import type { NewModelShape } from "../config/new-model.ts";
import { newModelNotes } from "../config/new-model-words.ts";
import { words, type Text } from "../words/message.ts";
import { nameInLanguage } from "./language.ts";
import { cancelLoad, dismissModelError, loadModel } from "./model-actions.ts";
import { useModel } from "./model-store.ts";

/**
 * @param name of the run
 * @param tell the share of its tokenizer that is made
 * @returns what there is to say of it
 */
export async function loadNewModel(
  shape: NewModelShape,
  { seed, name, signal }: { readonly seed: number; readonly name: string; readonly signal: AbortSignal },
  tell: (fraction: number) => void,
): Promise<readonly Text[]> {
  const made = await data.newModel({ shape, seed }, tell);
  await loadFiles(nameInLanguage(words("state/new-model", { name })), made.files, signal);
  return newModelNotes(shape, made);
}

/** Loads what a run from scratch trains. @returns whether the run is one */
export async function loadModelOfRun(runId: string, name: string, signal: AbortSignal): Promise<boolean> {
  const files = await data.modelOfRun(runId);
  if (files) await loadFiles(name, files, signal);
  return files !== null;
}

/** The model as it is loaded now. @returns what loads it again, where another has come since */
export function rememberModel(): () => Promise<void> {
  const { model, source } = useModel.getState();
  return async () => {
    if (!model || useModel.getState().model === model) return;
    const { quantizeHead, held, cache } = model;
    const cached = cache.id === undefined ? {} : { cached: cache.id };
    await loadModel({ source, quantization: held.requested, quantizeHead, regardless: true, ...cached });
  };
}

/** Its weights are trained as they are, so that they are not rounded; no copy is kept, since they can be made again. */
async function loadFiles(name: string, files: readonly File[], signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new AtelierError("run/start-cancelled");
  const cancel = (): void => void cancelLoad();
  signal.addEventListener("abort", cancel);
  try {
    const source = { kind: "files", name, files } as const;
    if (await loadModel({ source, quantization: "none", quantizeHead: false, regardless: true, isKept: false })) return;
    if (signal.aborted) throw new AtelierError("run/start-cancelled");
    const { error } = useModel.getState();
    throw error ? fromErrorRecord(error) : new AtelierError("load/cancelled");
  } finally {
    signal.removeEventListener("abort", cancel);
    // Who cancelled knows why the load ended.
    if (signal.aborted) dismissModelError();
  }
}
