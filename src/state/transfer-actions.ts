// The check of a run on the published weights: what is under way, and what it came to. A figure is of the adapter as it was then, so
// that it goes once the run has been trained further.
import { create } from "zustand";
import { toErrorRecord } from "../base/errors.ts";
import { engine } from "../client/engine-client.ts";
import { words, type Text } from "../words/message.ts";
import { announce } from "./announcements.ts";
import { tokenFor } from "./model-form.ts";
import { useModel } from "./model-store.ts";
import type { ErrorRecord, RunRecord, TransferProgress, TransferReport } from "./view-types.ts";

export interface TransferState {
  readonly checking: { readonly runId: string; readonly progress: TransferProgress | null } | null;
  /** By the run. */
  readonly outcomes: Readonly<Record<string, TransferOutcome>>;
}

interface TransferOutcome {
  /** Steps done when it was asked for. */
  readonly step: number | null;
  readonly report?: TransferReport;
  readonly error?: ErrorRecord;
}

export const useTransfer = create<TransferState>(() => ({ checking: null, outcomes: {} }));

/** What is known of the run as it is now. */
export function outcomeOf({ outcomes }: TransferState, { id, checkpointStep }: RunRecord): TransferOutcome | undefined {
  const outcome = outcomes[id];
  return outcome?.step === checkpointStep ? outcome : undefined;
}

export async function checkTransfer({ id, checkpointStep: step }: RunRecord): Promise<void> {
  if (useTransfer.getState().checking) return;
  const { source, model } = useModel.getState();
  const token = tokenFor(source);
  const from = { source, ...(token === undefined ? {} : { token }), ...(model?.listing ? { listing: model.listing } : {}) };
  useTransfer.setState(({ outcomes: { [id]: _old, ...others } }) => ({ checking: { runId: id, progress: null }, outcomes: others }));
  let outcome: TransferOutcome | null;
  try {
    const report = await engine.checkTransfer(id, from, (progress) =>
      useTransfer.setState(({ checking }) => (checking?.runId === id ? { checking: { runId: id, progress } } : {})),
    );
    outcome = { step, report };
    for (const line of transferWords(report)) announce(line);
  } catch (thrown) {
    const error = toErrorRecord(thrown);
    outcome = error.code === "load/cancelled" ? null : { step, error };
  }
  useTransfer.setState(({ outcomes }) => ({ checking: null, outcomes: outcome ? { ...outcomes, [id]: outcome } : outcomes }));
}

export async function cancelCheck(): Promise<void> {
  await engine.cancelCheck();
}

/** The published weights first: they are what was asked about. */
export function transferWords({ trained, published, isSame }: TransferReport): readonly Text[] {
  if ("why" in published) return [words("transfer/published-unknown", published), ...(isSame ? [] : [ofTrained(trained)])];
  return isSame ? [words("transfer/same", published)] : [words("transfer/published", published), ofTrained(trained)];
}

function ofTrained(trained: TransferReport["trained"]): Text {
  return "why" in trained ? words("transfer/trained-unknown", trained) : words("transfer/trained", trained);
}
