// Reminds of a run that did not come to its end, wherever the user is.
import { usePage } from "../state/page-settings.ts";
import { dismissReminder, resumeRun } from "../state/run-actions.ts";
import { unfinishedRun, useRuns } from "../state/runs-store.ts";
import { useIdle } from "./train/use-idle.ts";

export function ResumeBanner() {
  const run = useRuns(unfinishedRun);
  const onTrainPage = usePage((page) => page.step === "train");
  const selectedId = useRuns((state) => state.selectedId);
  const isIdle = useIdle();
  // There the run itself says so and offers the same.
  if (!run || (onTrainPage && selectedId === run.record.id)) return null;
  const { id, name, checkpointStep, config } = run.record;
  return (
    <section className="notice notice-info" aria-label="Unfinished run">
      <div className="notice-body">
        <p className="notice-message">{name} is not finished.</p>
        <p>
          Its checkpoint at step {checkpointStep} of {config.steps} is kept. Resume goes on exactly there.
        </p>
      </div>
      <div className="actions">
        <button type="button" className="button button-primary" disabled={!isIdle} onClick={() => void resumeRun(id)}>
          Resume
        </button>
        <button type="button" className="button button-quiet" onClick={() => dismissReminder(id)}>
          Not now
        </button>
      </div>
    </section>
  );
}
