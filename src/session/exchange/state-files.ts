// Whole runs as files, out and in.
import { blobSource } from "../../base/byte-source.ts";
import * as store from "../../checkpoint/run-store.ts";
import type { NamedBytes } from "../../protocol/exchange-api.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { readRun } from "../runs/stored-runs.ts";
import { decodeState, encodeState, stateFileName } from "./state-file.ts";

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
