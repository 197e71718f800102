// On which weights the run's adapter was trained, what to run it on, and a check of what holds there.
import { makesModel } from "../../config/new-model.ts";
import { isImported, mostChecked, trainedOn } from "../../config/trained-on.ts";
import { useSpeaker } from "../../state/language.ts";
import { cancelCheck, checkTransfer, outcomeOf, transferWords, useTransfer } from "../../state/transfer-actions.ts";
import type { RunView } from "../../state/run-view.ts";
import { useRuns } from "../../state/runs-store.ts";
import type { RunRecord, TransferProgress } from "../../state/view-types.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { useIdle } from "./use-idle.ts";

/** Only of a run at rest that has learned something; what was trained from scratch has no published weights. */
export function RunTransfer({ view: { record } }: { readonly view: RunView }) {
  const isActive = useRuns((state) => state.activeId === record.id);
  const { say, text } = useSpeaker();
  const hasLearned = isImported(record) || (record.checkpointStep ?? 0) > 0;
  if (isActive || record.phase === "running" || !hasLearned || makesModel(record.config.method)) return null;
  return (
    <section className="run-transfer" aria-labelledby="transfer-title">
      <h3 id="transfer-title" className="heading-small">
        {say("transfer/title")}
      </h3>
      <p className="muted break">{text(trainedOn(record))}</p>
      {isImported(record) ? null : <Check record={record} />}
    </section>
  );
}

function Check({ record }: { readonly record: RunRecord }) {
  const checking = useTransfer((state) => state.checking);
  const outcome = useTransfer((state) => outcomeOf(state, record));
  const isIdle = useIdle();
  const { say, text } = useSpeaker();
  if (checking?.runId === record.id) return <UnderWay progress={checking.progress} />;
  return (
    <>
      {outcome?.error ? <ErrorNotice error={outcome.error} /> : null}
      {outcome?.report ? (
        <div data-testid="transfer">
          {transferWords(outcome.report).map((line) => (
            <p key={text(line)} className="break">
              {text(line)}
            </p>
          ))}
        </div>
      ) : (
        <p className="muted">{say("transfer/check-help", { most: mostChecked })}</p>
      )}
      <div className="actions">
        <button type="button" className="button" disabled={!isIdle || checking !== null} onClick={() => void checkTransfer(record)}>
          {say("transfer/check")}
        </button>
      </div>
    </>
  );
}

function UnderWay({ progress }: { readonly progress: TransferProgress | null }) {
  const { say } = useSpeaker();
  const { stage, fraction } = progress ?? { stage: "trained", fraction: 0 };
  const line = say(`transfer/stage-${stage}`, { fraction });
  return (
    <>
      <p>{line}</p>
      <ProgressBar label={say("transfer/progress")} value={Math.round(fraction * 100)} max={100} text={line} />
      <div className="actions">
        <button type="button" className="button" onClick={() => void cancelCheck()}>
          {say("transfer/cancel")}
        </button>
      </div>
    </>
  );
}
