// Saves and loads runs. A run is four values under one id: record, data, checkpoint, history; what belongs together is
// written in one transaction. A state that finds no room is kept in memory and read like a stored one, so that a trained
// adapter is not lost with the disk; it goes with the worker.
import { AtelierError, toErrorRecord, type ErrorRecord } from "../base/errors.ts";
import { currentConfig } from "../config/config-migrations.ts";
import { defaultRunConfig } from "../config/run-config.ts";
import { deleteValues, readValue, readWithPrefix, writeValues } from "../storage/key-value.ts";
import { formatVersion, type Checkpoint, type RunHistory, type RunRecord } from "./run-record.ts";
import { withForm } from "./stored-form.ts";
import { withCurrentError } from "./stored-words.ts";

const keys = {
  record: (id: string) => `run/${id}`,
  data: (id: string) => `data/${id}`,
  checkpoint: (id: string) => `checkpoint/${id}`,
  history: (id: string) => `history/${id}`,
};

/** The newest state of runs that could not be stored, and why. */
interface Unsaved {
  readonly values: Readonly<Record<string, unknown>>;
  readonly error: ErrorRecord;
}

const unsaved = new Map<string, Unsaved>();

/** A new run with all it needs to be resumed. `data` is whatever structured clone takes. */
export async function createRun(record: RunRecord, data: unknown, checkpoint: Checkpoint, history: RunHistory): Promise<void> {
  const { id } = record;
  await writeValues({ [keys.record(id)]: record, [keys.data(id)]: data, [keys.checkpoint(id)]: checkpoint, [keys.history(id)]: history });
}

export async function saveRecord(record: RunRecord): Promise<void> {
  await save(record.id, { [keys.record(record.id)]: record });
}

/** @throws AtelierError `storage/full`, `storage/failed`: the state is kept in memory then, see {@link storeAgain}. */
export async function saveCheckpoint(record: RunRecord, checkpoint: Checkpoint, history: RunHistory): Promise<void> {
  const { id } = record;
  await save(id, { [keys.record(id)]: record, [keys.checkpoint(id)]: checkpoint, [keys.history(id)]: history });
}

let lastSave: Promise<unknown> = Promise.resolve();

/**
 * What an earlier save left in memory goes with it: stored values are those of one moment. One save after the other, so that
 * an older state that is tried again never replaces a newer one.
 */
function save(id: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  const saved = lastSave.then(() => saveNow(id, { ...unsaved.get(id)?.values, ...values }));
  lastSave = saved.catch(() => undefined);
  return saved;
}

async function saveNow(id: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  try {
    await writeValues(values);
    unsaved.delete(id);
  } catch (thrown) {
    unsaved.set(id, { values, error: toErrorRecord(thrown) });
    throw thrown;
  }
}

/** Tries to store what is only in memory: of one run, or of all after room was made. @returns whether all of it is stored now */
export async function storeAgain(id?: string): Promise<boolean> {
  const waiting = [...unsaved.keys()].filter((each) => id === undefined || each === id);
  const outcomes = await Promise.allSettled(waiting.map((each) => save(each, {})));
  return outcomes.every(({ status }) => status === "fulfilled");
}

/** Newest first. Of what is only in memory, the record says why. */
export async function listRecords(): Promise<RunRecord[]> {
  const stored = await readWithPrefix<RunRecord>("run/").catch((error: unknown) => {
    // Storage that cannot be read hides what is in memory least of all.
    if (unsaved.size === 0) throw error;
    return [];
  });
  const records = new Map(stored.filter(({ version }) => version <= formatVersion).map((record) => [record.id, record]));
  for (const [id, { values, error }] of unsaved) {
    const record = (values[keys.record(id)] as RunRecord | undefined) ?? records.get(id);
    if (record) records.set(id, { ...record, unsaved: error });
  }
  return [...records.values()].toSorted((a, b) => b.createdAt - a.createdAt).map(listed);
}

export const readRecord = async (id: string): Promise<RunRecord> => complete(await required<RunRecord>(id, "record", true));
/** Numbers are kept as they were in version 1. */
export const readCheckpoint = async (id: string): Promise<Checkpoint> => ({
  ...(await required<Checkpoint>(id, "checkpoint", true)),
  version: formatVersion,
});
export const readData = <T>(id: string): Promise<T> => required<T>(id, "data", false);
export const readHistory = async (id: string): Promise<RunHistory> =>
  (await newest<RunHistory>(id, "history")) ?? { steps: [], validations: [] };

/** Records that are older than a choice were made by its default; those that are older than the catalogs hold sentences. */
function complete(record: RunRecord): RunRecord {
  const { model, config, version } = record;
  return { ...withCurrentError(record), version: formatVersion, config: currentConfig(config, version), model: withForm(model) };
}

/** A record that cannot be read hides no other: it is listed with what is wrong with it. */
function listed(record: RunRecord): RunRecord {
  try {
    return complete(record);
  } catch (thrown) {
    const config = defaultRunConfig;
    return { ...record, version: formatVersion, phase: "failed", config, model: withForm(record.model), error: toErrorRecord(thrown) };
  }
}

/** Makes room, so what others left in memory is tried again. */
export async function deleteRun(id: string): Promise<void> {
  await deleteValues(Object.values(keys).map((key) => key(id)));
  unsaved.delete(id);
  await storeAgain();
}

/** From memory where the newest state could not be stored. */
async function newest<T>(id: string, what: keyof typeof keys): Promise<T | undefined> {
  const key = keys[what](id);
  return (unsaved.get(id)?.values[key] as T | undefined) ?? (await readValue<T>(key));
}

async function required<T>(id: string, what: keyof typeof keys, versioned: boolean): Promise<T> {
  const value = await newest<T>(id, what);
  if (value === undefined) {
    throw new AtelierError("checkpoint/missing", { what: what === "history" ? "other" : what });
  }
  const version = (value as { version?: unknown }).version;
  if (versioned && typeof version === "number" && version > formatVersion) {
    throw new AtelierError("checkpoint/newer", { found: String(version), known: String(formatVersion) });
  }
  return value;
}
