// A run that is not at work: what it goes on from, and how it is ended.
import { AtelierError } from "../../base/errors.ts";
import type { RunHistory, RunRecord } from "../../checkpoint/run-record.ts";
import * as store from "../../checkpoint/run-store.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { requireSameQuantization, requireSameModel } from "../chat/adapters.ts";
import type { Loaded } from "../models/load-with-tokenizer.ts";
import { requireFittingCheckpoint, requirePrecision, requireUsableData } from "./run-checks.ts";
import { makeTraining } from "../../train/make-training.ts";
import { refuseRunning } from "./run-lock.ts";

export interface ResumableRun {
  readonly record: RunRecord;
  readonly checkpoint: Awaited<ReturnType<typeof store.readCheckpoint>>;
  readonly data: RunData;
  readonly history: RunHistory;
}

/** @throws AtelierError `run/other-model`, `run/other-quantization`, `run/finished`, and where data or checkpoint do not fit */
export async function resumableRun(runId: string, { model, info }: Pick<Loaded, "model" | "info">): Promise<ResumableRun> {
  const stored = await store.readRecord(runId);
  requireSameModel(model, stored);
  requireSameQuantization(model, stored);
  if (stored.phase === "finished") throw new AtelierError("run/finished", { name: stored.name, steps: stored.config.stopping.steps });
  const [data, checkpoint, history] = [
    await store.readData<RunData>(runId),
    await store.readCheckpoint(runId),
    await store.readHistory(runId),
  ];
  requireUsableData(data, info);
  requirePrecision(stored.config.optimizer, model.engine);
  requireFittingCheckpoint(checkpoint, makeTraining(model.spec, stored.config));
  const { error: _error, ...record } = stored;
  return { record, checkpoint, data, history };
}

/** What has ended already stays as it ended. @throws AtelierError where it is at work in another tab */
export async function stopStoredRun(runId: string): Promise<void> {
  await refuseRunning(runId);
  const record = await store.readRecord(runId);
  if (record.phase === "running" || record.phase === "paused") await store.saveRecord({ ...record, phase: "stopped" });
}
