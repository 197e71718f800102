// A run that failed keeps its curve and its last checkpoint in view, and offers every way on.
import { errorRecord } from "../../base/errors.ts";
import { useSpeaker } from "../../state/language.ts";
import { resumeRun, startRun } from "../../state/run-actions.ts";
import { canResume, type RunView } from "../../state/run-view.ts";
import { useDataset } from "../../state/dataset-store.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { useIdle } from "./use-idle.ts";

const unknownFailure = errorRecord("run/failed");

export function RunFailure({ view }: { readonly view: RunView }) {
  const { record } = view;
  const hasData = useDataset((state) => state.report !== null);
  const busy = !useIdle();
  const { say } = useSpeaker();
  if (record.phase === "interrupted") {
    return <p className="notice notice-info">{say("ui-train/interrupted", { step: record.checkpointStep ?? 0 })}</p>;
  }
  if (record.phase !== "failed") return null;
  return (
    <ErrorNotice error={record.error ?? unknownFailure} kept={say("ui-train/failure-kept", { step: record.checkpointStep ?? 0 })}>
      {canResume(view) ? (
        <button type="button" className="button button-primary" disabled={busy} onClick={() => void resumeRun(record.id)}>
          {say("ui-train/resume-checkpoint")}
        </button>
      ) : null}
      <button type="button" className="button" disabled={busy || !hasData} onClick={() => void startRun()}>
        {say("ui-train/start-over")}
      </button>
    </ErrorNotice>
  );
}
