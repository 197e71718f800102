// A run that failed keeps its curve and its last checkpoint in view, and offers every way on.
import { resumeRun, startRun } from "../../state/run-actions.ts";
import { canResume, type RunView } from "../../state/run-view.ts";
import { useDataset } from "../../state/dataset-store.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { useIdle } from "./use-idle.ts";

const unknownFailure = {
  code: "run/failed",
  message: "The run failed.",
  hint: "Resume from the checkpoint, or start over.",
};

export function RunFailure({ view }: { readonly view: RunView }) {
  const { record } = view;
  const hasData = useDataset((state) => state.report !== null);
  const busy = !useIdle();
  if (record.phase === "interrupted") {
    return (
      <p className="notice notice-info">
        The tab was closed or the engine stopped while this run trained. Its checkpoint at step {record.checkpointStep} is kept; Resume goes
        on exactly there.
      </p>
    );
  }
  if (record.phase !== "failed") return null;
  return (
    <ErrorNotice
      error={record.error ?? unknownFailure}
      kept={`The curve and the checkpoint at step ${record.checkpointStep ?? 0} are kept.`}
    >
      {canResume(view) ? (
        <button type="button" className="button button-primary" disabled={busy} onClick={() => void resumeRun(record.id)}>
          Resume from checkpoint
        </button>
      ) : null}
      <button type="button" className="button" disabled={busy || !hasData} onClick={() => void startRun()}>
        Start over
      </button>
    </ErrorNotice>
  );
}
