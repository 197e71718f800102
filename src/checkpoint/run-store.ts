// Saves and loads runs. A run is four values under one id: record, data, checkpoint, history; what belongs together is
// written in one transaction.
import { AtelierError } from "../base/errors.ts";
import { defaultRunConfig } from "../config/run-config.ts";
import { deleteValues, readValue, readWithPrefix, writeValues } from "../storage/key-value.ts";
import { formatVersion, type Checkpoint, type RunHistory, type RunRecord } from "./run-record.ts";

const keys = {
  record: (id: string) => `run/${id}`,
  data: (id: string) => `data/${id}`,
  checkpoint: (id: string) => `checkpoint/${id}`,
  history: (id: string) => `history/${id}`,
};

/** A new run with all it needs to be resumed. `data` is whatever structured clone takes. */
export async function createRun(record: RunRecord, data: unknown, checkpoint: Checkpoint, history: RunHistory): Promise<void> {
  const { id } = record;
  await writeValues({ [keys.record(id)]: record, [keys.data(id)]: data, [keys.checkpoint(id)]: checkpoint, [keys.history(id)]: history });
}

export async function saveRecord(record: RunRecord): Promise<void> {
  await writeValues({ [keys.record(record.id)]: record });
}

export async function saveCheckpoint(record: RunRecord, checkpoint: Checkpoint, history: RunHistory): Promise<void> {
  const { id } = record;
  await writeValues({ [keys.record(id)]: record, [keys.checkpoint(id)]: checkpoint, [keys.history(id)]: history });
}

/** Newest first. */
export async function listRecords(): Promise<RunRecord[]> {
  const records = await readWithPrefix<RunRecord>("run/");
  return records
    .filter(({ version }) => version === formatVersion)
    .toSorted((a, b) => b.createdAt - a.createdAt)
    .map(complete);
}

export const readRecord = async (id: string): Promise<RunRecord> => complete(await required<RunRecord>(keys.record(id), "record", true));
export const readCheckpoint = (id: string): Promise<Checkpoint> => required<Checkpoint>(keys.checkpoint(id), "checkpoint", true);
export const readData = <T>(id: string): Promise<T> => required<T>(keys.data(id), "data", false);
export const readHistory = async (id: string): Promise<RunHistory> =>
  (await readValue<RunHistory>(keys.history(id))) ?? { steps: [], validations: [] };

/** Records that are older than a choice were made by its default. */
function complete(record: RunRecord): RunRecord {
  return { ...record, config: { ...defaultRunConfig, ...record.config } };
}

export async function deleteRun(id: string): Promise<void> {
  await deleteValues(Object.values(keys).map((key) => key(id)));
}

async function required<T>(key: string, what: string, versioned: boolean): Promise<T> {
  const value = await readValue<T>(key);
  if (value === undefined) {
    throw new AtelierError(
      "checkpoint/missing",
      `The ${what} of this run is not in the browser's storage.`,
      "It may have been deleted in another tab. Start a new run.",
    );
  }
  const version = (value as { version?: unknown }).version;
  if (versioned && typeof version === "number" && version > formatVersion) {
    throw new AtelierError(
      "checkpoint/newer",
      `This run was written by a newer version of Atelier (format ${version}; this one reads ${formatVersion}).`,
      "Reload the page to get the newest version.",
    );
  }
  return value;
}
