// Runs that are at rest: listed with what became of them, read as a whole.
import type { Checkpoint, RunHistory, RunRecord } from "../../checkpoint/run-record.ts";
import * as store from "../../checkpoint/run-store.ts";
import { isRunning } from "./run-lock.ts";

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
