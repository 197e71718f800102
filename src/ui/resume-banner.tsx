// Reminds of a run that did not come to its end, wherever the user is.
import { useSpeaker } from "../state/language.ts";
import { usePage } from "../state/page-settings.ts";
import { dismissReminder, resumeRun } from "../state/run-actions.ts";
import { unfinishedRun, useRuns } from "../state/runs-store.ts";
import { useIdle } from "./train/use-idle.ts";

export function ResumeBanner() {
  const run = useRuns(unfinishedRun);
  const onTrainPage = usePage((page) => page.step === "train");
  const selectedId = useRuns((state) => state.selectedId);
  const isIdle = useIdle();
  const { say } = useSpeaker();
  // There the run itself says so and offers the same.
  if (!run || (onTrainPage && selectedId === run.record.id)) return null;
  const { id, name, checkpointStep, config } = run.record;
  return (
    <section className="notice notice-info" aria-label={say("ui-page/unfinished")}>
      <div className="notice-body">
        <p className="notice-message">{say("ui-page/unfinished-name", { name })}</p>
        <p>{say("ui-page/unfinished-kept", { step: checkpointStep ?? 0, steps: config.stopping.steps })}</p>
      </div>
      <div className="actions">
        <button type="button" className="button button-primary" disabled={!isIdle} onClick={() => void resumeRun(id)}>
          {say("ui-page/resume")}
        </button>
        <button type="button" className="button button-quiet" onClick={() => dismissReminder(id)}>
          {say("ui-page/not-now")}
        </button>
      </div>
    </section>
  );
}
