// New models for runs from scratch: made of what the data worker has, and made again from what a run keeps of them.
import { AtelierError } from "../../base/errors.ts";
import type { RunRecord } from "../../checkpoint/run-record.ts";
import { readData, readRecord } from "../../checkpoint/run-store.ts";
import { makesModel } from "../../config/new-model.ts";
import type { ParsedDataset } from "../../data/example.ts";
import { parameterCount } from "../../model/spec.ts";
import type { NewModel, NewModelRequest } from "../../protocol/data-api.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { newTokenizer, textsOf } from "../../tokens/new-tokenizer.ts";
import { words } from "../../words/message.ts";
import { nowAndThen } from "../listening.ts";
import { newModelFiles, newModelSpec, withTokenizer, withTokenizerOf, type SmallFiles } from "../models/new-model.ts";
import type { OpenedTokenizer } from "../models/read-tokenizer.ts";

export interface ModelMaterial {
  /** Asked for where a tokenizer is made from them. @throws AtelierError `data/none` */
  readonly dataset: () => ParsedDataset;
  /** @throws AtelierError `model/not-loaded` */
  readonly opened: () => Promise<OpenedTokenizer>;
}

/** As {@link DataApi.newModel}. */
export async function makeModel(
  request: NewModelRequest,
  material: ModelMaterial,
  onProgress: (fraction: number) => void,
): Promise<NewModel> {
  const { shape, seed } = request;
  const { small, vocabulary, looked = 1 } = await smallFilesFor(request, material, onProgress);
  return { files: newModelFiles(small, seed), vocabulary, looked, parameters: parameterCount(newModelSpec(shape, vocabulary)) };
}

interface Small {
  readonly small: SmallFiles;
  readonly vocabulary: number;
  readonly looked?: number;
}

async function smallFilesFor({ shape, byIds }: NewModelRequest, material: ModelMaterial, tell: (fraction: number) => void): Promise<Small> {
  const { vocabulary: asked } = shape;
  if (byIds) {
    if (asked === 0) throw new AtelierError("config/invalid#vocabulary-by-ids");
    return { small: withTokenizer(null, shape, asked), vocabulary: asked };
  }
  if (asked === 0) {
    const { files, limits } = await material.opened();
    return { small: await withTokenizerOf(files, shape, limits.vocabularySize), vocabulary: limits.vocabularySize };
  }
  const { examples } = material.dataset();
  const chat = examples.some(({ kind }) => kind === "chat");
  const made = await newTokenizer(textsOf(examples), { vocabulary: asked, chat, onProgress: nowAndThen(tell) });
  return { small: withTokenizer(made, shape, made.vocabulary), vocabulary: made.vocabulary, looked: made.looked };
}

/** As {@link DataApi.modelOfRun}. */
export async function modelOfRun(runId: string): Promise<readonly File[] | null> {
  const { config }: RunRecord = await readRecord(runId);
  if (!makesModel(config.method)) return null;
  const { model } = await readData<RunData>(runId);
  if (!model) throw new AtelierError("checkpoint/invalid#damaged", { what: words("interchange/run-model") });
  return newModelFiles(model, config.data.seed);
}
