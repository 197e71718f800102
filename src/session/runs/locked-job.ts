// A run is at work in one tab alone: its lock is taken before it is opened, and given back where that fails.
import type { RunRecord } from "../../checkpoint/run-record.ts";
import { RunJob, type JobParts } from "./run-job.ts";
import { takeRunLock } from "./run-lock.ts";

/** What a run is opened with: where it starts from, and what it has seen. */
export interface JobStart {
  readonly record: RunRecord;
  readonly from: Parameters<typeof RunJob.open>[1];
  readonly history: Parameters<typeof RunJob.open>[2];
}

/** @throws AtelierError `run/busy`, and whatever {@link RunJob.open} throws */
export async function openLocked({ record, from, history }: JobStart, parts: Omit<JobParts, "release">): Promise<RunJob> {
  const release = await takeRunLock(record.id);
  try {
    return await RunJob.open(record, from, history, { ...parts, release });
  } catch (error) {
    await release();
    throw error;
  }
}
