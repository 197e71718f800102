// The model of `train --method scratch`: made before anything is loaded, in place of the one that the command names.
import { data } from "../../client/data-client.ts";
import type { ModelSource } from "../../config/model-source.ts";
import { makesModel } from "../../config/new-model.ts";
import { newModelNotes } from "../../config/new-model-words.ts";
import { merged, parseRunConfig, type RunConfig } from "../../config/run-config.ts";
import { words, type Text } from "../../words/message.ts";
import type { HeadlessRequest } from "../request.ts";
import { filesOf, progress, sourceOf } from "./files.ts";
import { scriptDefaults } from "./train.ts";

interface ModelToTrain {
  /** Absent: the model that the command names. */
  readonly source?: ModelSource;
  readonly notes?: readonly Text[];
}

/** @param resumed the id of a run that goes on */
export async function modelToTrain(
  request: Extract<HeadlessRequest, { verb: "train" }>,
  resumed: string | undefined,
): Promise<ModelToTrain> {
  if (resumed !== undefined) return asSource(await data.modelOfRun(resumed));
  // An adapter brings its own method.
  if (request.adapterName !== null) return {};
  const { method: shape, data: section } = parseRunConfig(merged(scriptDefaults, request.config));
  if (!makesModel(shape)) return {};
  const byIds = request.batch !== undefined;
  const examples = filesOf("data");
  if (!byIds && shape.vocabulary === 0) await data.openTokenizer(sourceOf(request), request.token ?? undefined);
  else if (!byIds && examples.length > 0) await data.parse(examples, () => undefined, request.mapping);
  const ask = { shape, seed: section.seed, ...(byIds ? { byIds } : {}) };
  const made = await data.newModel(ask, () => undefined);
  const { files, vocabulary, parameters } = made;
  progress(words("cli/new-model", { parameters, vocabulary }));
  return { ...asSource(files), notes: newModelNotes(shape, made) };
}

/** That of a loss at the start of a run from scratch, which goes by ids. */
export async function modelByIds(start: RunConfig | undefined): Promise<ModelSource | undefined> {
  if (!start || !makesModel(start.method)) return undefined;
  const { files } = await data.newModel({ shape: start.method, seed: start.data.seed, byIds: true }, () => undefined);
  return asSource(files).source;
}

function asSource(files: readonly File[] | null): ModelToTrain {
  return files ? { source: { kind: "files", name: "scratch", files } } : {};
}
