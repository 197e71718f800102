// The new model of a run from scratch: made before the run, in place of the loaded one, and made again where a run needs it.
import { AtelierError, fromErrorRecord } from "../base/errors.ts";
import { data } from "../client/data-client.ts";
import type { NewModelShape } from "../config/new-model.ts";
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
  const { files, vocabulary: made } = await data.newModel({ shape, seed }, tell);
  if (signal.aborted) throw new AtelierError("run/start-cancelled");
  const cancel = (): void => void cancelLoad();
  signal.addEventListener("abort", cancel);
  try {
    await loadFiles(nameInLanguage(words("state/new-model", { name })), files);
  } finally {
    signal.removeEventListener("abort", cancel);
    // Who cancelled knows why the load ended.
    if (signal.aborted) dismissModelError();
  }
  const { vocabulary: asked } = shape;
  return made < asked ? [words("train/fewer-tokens", { made, asked })] : [];
}

/** Loads what a run from scratch trains. @returns whether the run is one */
export async function loadModelOfRun(runId: string, name: string): Promise<boolean> {
  const files = await data.modelOfRun(runId);
  if (files) await loadFiles(name, files);
  return files !== null;
}

/** Its weights are trained as they are, so that they are not rounded; what it takes stands in the form. */
async function loadFiles(name: string, files: readonly File[]): Promise<void> {
  const source = { kind: "files", name, files } as const;
  if (await loadModel({ source, quantization: "none", quantizeHead: false, regardless: true })) return;
  const { error } = useModel.getState();
  throw error ? fromErrorRecord(error) : new AtelierError("load/cancelled");
}
