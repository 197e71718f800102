// The resumable state of a run as one safetensors file: what is trained, what its method made, and what its optimizer keeps as tensors,
// examples as integers, the rest as JSON in the metadata. It can be carried to another browser and resumed there.
import type { ByteSource } from "../../base/byte-source.ts";
import { AtelierError, messageOf } from "../../base/errors.ts";
import { formatVersion, type Checkpoint, type RunHistory, type RunRecord } from "../../checkpoint/run-record.ts";
import { isFormReadable } from "../../checkpoint/stored-form.ts";
import { currentRecord } from "../../checkpoint/stored-record.ts";
import { isText } from "../../checkpoint/stored-words.ts";
import { makesModel } from "../../config/new-model.ts";
import {
  encodeSafetensors,
  openSafetensors,
  readIntegers,
  type SafetensorsFile,
  type TensorToStore,
} from "../../interchange/safetensors.ts";
import type { MadeModel, RunData } from "../../protocol/runs-api.ts";
import type { TokenizedExample } from "../../tokens/batch.ts";
import { words, type Text } from "../../words/message.ts";
import { isMadeOf } from "../models/new-model.ts";
import { checkpointTensors, readCheckpointTensors } from "./checkpoint-tensors.ts";
import { requireFinite } from "../runs/run-checks.ts";

/** Of the table of tokens. */
const embeddingGroup = "embedding";

export const stateFileName = "state.safetensors";

export interface RunState {
  readonly record: RunRecord;
  readonly data: RunData;
  readonly checkpoint: Checkpoint;
  readonly history: RunHistory;
}

export function encodeState({ record, data, checkpoint, history }: RunState): Uint8Array {
  const { step, cursor, lossScale } = checkpoint;
  const place = { step, cursor, ...(lossScale ? { lossScale } : {}) };
  return encodeSafetensors([...checkpointTensors(checkpoint), ...dataTensors(data)], {
    format: "atelier-run",
    version: String(formatVersion),
    state: JSON.stringify({ record, ...place, history, data: describeData(data) } satisfies StateJson),
  });
}

/** @throws AtelierError `checkpoint/invalid`, `checkpoint/not-finite`, `checkpoint/newer`, and what reading safetensors throws. */
export async function decodeState(source: ByteSource): Promise<RunState> {
  const file = await openSafetensors(source);
  const { format, version, state } = file.metadata;
  if (format !== "atelier-run" || state === undefined)
    throw new AtelierError("checkpoint/invalid#no-run", { file: source.name, expected: stateFileName });
  if (!(Number(version) <= formatVersion)) throw new AtelierError("checkpoint/newer#file", { file: source.name, version: String(version) });
  try {
    const { record, step, cursor, lossScale, history, data, layers } = parseState(state, Number(version));
    const place = { step, cursor, ...(lossScale ? { lossScale } : {}) };
    const checkpoint = await readCheckpointTensors(file, Number(version), place, layers);
    requireFinite(checkpoint);
    requireState(isMadeModel(data.model, record, checkpoint), words("interchange/run-model"));
    const read = await readData(file, data);
    if (cursor && "train" in read) requireState(cursor.cursor <= read.train.length, words("interchange/run-cursor-outside"));
    return { record, history, checkpoint, data: read };
  } catch (error) {
    // A part that is missing or malformed, whatever first stumbles over it.
    if (error instanceof AtelierError && (error.code === "checkpoint/invalid" || error.code === "checkpoint/not-finite")) throw error;
    if (error instanceof AtelierError) throw new AtelierError("checkpoint/invalid#said", { what: messageOf(error) }, { cause: error });
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
}

/** Checks what later code relies on; a file may come from anywhere. */
function parseState(text: string, version: number): StateJson {
  const state = JSON.parse(text) as StateJson;
  const { step, cursor, lossScale, history, data } = state;
  // The version of the file is that of all in it.
  const record = currentRecord({ ...state.record, version });
  requireState(
    isText(record.datasetName) &&
      [record.name, record.model.fingerprint, record.model.name].every((value) => typeof value === "string") &&
      isFormReadable(record.model),
    words("interchange/run-record"),
  );
  requireState(record.notes === undefined || (Array.isArray(record.notes) && record.notes.every(isText)), words("interchange/run-notes"));
  requireState(isCount(step), words("interchange/run-counts"));
  requireState(
    cursor === null || [cursor.epoch, cursor.cursor, ...cursor.random].every(Number.isSafeInteger),
    words("interchange/run-cursor"),
  );
  const isScale = lossScale === undefined || (lossScale.factor > 0 && Number.isFinite(lossScale.factor) && isCount(lossScale.goodSteps));
  requireState(isScale, words("interchange/run-counts"));
  requireState(Array.isArray(history.steps) && Array.isArray(history.validations), words("interchange/run-history"));
  requireState(data.kind === "batch" || data.kind === "examples", words("interchange/run-data"));
  requireState(data.kind === "batch" || ["string", "undefined"].includes(typeof data.tokenizer), words("interchange/run-tokenizer"));
  return { ...state, record };
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** A run from scratch has what its model is made of; no other run has. */
function isMadeModel(model: unknown, { config }: RunRecord, { parameters }: Checkpoint): boolean {
  if (!makesModel(config.method)) return model === undefined;
  return isMadeOf(model, config.method, (parameters[embeddingGroup]?.length ?? 0) / config.method.width);
}

function requireState(holds: boolean, fault: Text): void {
  if (!holds) throw damaged(fault);
}

function damaged(fault: Text, cause?: unknown): AtelierError {
  return new AtelierError("checkpoint/invalid#damaged", { what: fault }, { cause });
}

interface StateJson {
  readonly record: RunRecord;
  readonly step: number;
  readonly cursor: Checkpoint["cursor"];
  readonly lossScale?: Checkpoint["lossScale"];
  readonly history: RunHistory;
  readonly data: DataDescription;
  /** In version 1 alone. */
  readonly layers?: number;
}

type DataDescription =
  | ({ readonly kind: "examples"; readonly name: string; readonly tokenizer?: string } & MadeModel)
  | ({ readonly kind: "batch"; readonly batch: number; readonly seq: number } & MadeModel);

function describeData(data: RunData): DataDescription {
  const made: MadeModel = data.model ? { model: data.model } : {};
  return "fixedBatch" in data
    ? { kind: "batch", batch: data.fixedBatch.batch, seq: data.fixedBatch.seq, ...made }
    : { kind: "examples", name: data.name, ...(data.tokenizer === undefined ? {} : { tokenizer: data.tokenizer }), ...made };
}

function dataTensors(data: RunData): TensorToStore[] {
  if ("fixedBatch" in data) {
    const { ids, labels, attention } = data.fixedBatch;
    return Object.entries({ ids, labels, attention: Int32Array.from(attention) }).map(([name, values]) =>
      integers(`batch.${name}`, values),
    );
  }
  return [...exampleTensors("train", data.train), ...exampleTensors("validation", data.validation)];
}

/** Ragged rows as their lengths and one long row. */
function exampleTensors(part: string, examples: readonly TokenizedExample[]): TensorToStore[] {
  const flat = (pick: (example: TokenizedExample) => Iterable<number>): Int32Array =>
    Int32Array.from(examples.flatMap((example) => [...pick(example)]));
  return [
    integers(
      `${part}.lines`,
      flat(({ line }) => [line]),
    ),
    integers(
      `${part}.lengths`,
      flat(({ ids }) => [ids.length]),
    ),
    integers(
      `${part}.ids`,
      flat(({ ids }) => ids),
    ),
    integers(
      `${part}.labels`,
      flat(({ labels }) => labels),
    ),
  ];
}

function integers(name: string, data: Int32Array): TensorToStore {
  return { name, shape: [data.length], data };
}

async function readData(file: SafetensorsFile, description: DataDescription): Promise<RunData> {
  const made: MadeModel = description.model ? { model: description.model } : {};
  if (description.kind === "batch") {
    const [ids, labels, attention] = await Promise.all(["ids", "labels", "attention"].map((name) => readIntegers(file, `batch.${name}`)));
    const none = new Int32Array();
    return {
      fixedBatch: {
        batch: description.batch,
        seq: description.seq,
        ids: ids ?? none,
        labels: labels ?? none,
        attention: Uint8Array.from(attention ?? none),
      },
      ...made,
    };
  }
  const { name, tokenizer } = description;
  const [train, validation] = [await readExamples(file, "train"), await readExamples(file, "validation")];
  return { name, train, validation, ...(tokenizer === undefined ? {} : { tokenizer }), ...made };
}

async function readExamples(file: SafetensorsFile, part: "train" | "validation"): Promise<TokenizedExample[]> {
  const read = (name: string): Promise<Int32Array> => readIntegers(file, `${part}.${name}`);
  const [lines, lengths, ids, labels] = [await read("lines"), await read("lengths"), await read("ids"), await read("labels")];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const fits = lines.length === lengths.length && total === ids.length && total === labels.length && lengths.every((length) => length > 0);
  requireState(fits, words("interchange/run-examples", { part: part === "train" ? part : "other" }));
  let start = 0;
  return [...lines].map((line, at) => {
    const end = start + (lengths[at] ?? 0);
    const example = { line, ids: ids.slice(start, end), labels: labels.slice(start, end) };
    start = end;
    return example;
  });
}
