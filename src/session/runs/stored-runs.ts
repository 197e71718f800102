// Runs that are at rest: listed with what became of them, read as a whole, exported and imported as one file.
import { blobSource } from "../../base/byte-source.ts";
import type { Checkpoint, RunHistory, RunRecord } from "../../checkpoint/run-record.ts";
import * as store from "../../checkpoint/run-store.ts";
import type { NamedBytes } from "../../protocol/exchange-api.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { isRunning } from "./run-lock.ts";
import { decodeState, encodeState, stateFileName } from "../exchange/state-file.ts";

export interface StoredRun {
  readonly record: RunRecord;
  readonly checkpoint: Checkpoint;
  readonly history: RunHistory;
}

/** A run that is marked as running and that no tab trains was interrupted. */
export async function listRuns(): Promise<readonly RunRecord[]> {
  const records = await store.listRecords();
  return Promise.all(
    records.map(async (record): Promise<RunRecord> =>
      record.phase === "running" && !(await isRunning(record.id)) ? { ...record, phase: "interrupted" } : record,
    ),
  );
}

export async function readRun(runId: string): Promise<StoredRun> {
  return {
    record: await store.readRecord(runId),
    checkpoint: await store.readCheckpoint(runId),
    history: await store.readHistory(runId),
  };
}

export async function exportStateFile(runId: string): Promise<NamedBytes> {
  return { name: stateFileName, bytes: encodeState({ ...(await readRun(runId)), data: await store.readData<RunData>(runId) }) };
}

/** Returns the new run's id. */
export async function importStateFile(bytes: Uint8Array): Promise<string> {
  const file = blobSource(stateFileName, new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const { record, data, checkpoint, history } = await decodeState(file);
  const id = crypto.randomUUID();
  const phase = record.phase === "finished" ? "finished" : "paused";
  await store.createRun({ ...record, id, phase }, data, checkpoint, history);
  return id;
}
