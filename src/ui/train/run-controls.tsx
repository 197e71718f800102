// What can be done with a run in its present phase.
import { chatWith } from "../../state/chat-actions.ts";
import { useSpeaker } from "../../state/language.ts";
import { deleteRun, endRun, resumeRun } from "../../state/run-actions.ts";
import { canResume, type RunView } from "../../state/run-view.ts";
import { useRuns } from "../../state/runs-store.ts";
import { ConfirmButton } from "../parts/confirm-button.tsx";
import { Icon } from "../parts/icon.tsx";
import { ItsModel } from "./its-model.tsx";
import { RunDownloads } from "./run-downloads.tsx";
import { useIdle } from "./use-idle.ts";

export function RunControls({ view }: { readonly view: RunView }) {
  const isActive = useRuns((state) => state.activeId === view.record.id);
  const isDone = !isActive && !canResume(view);
  const { say } = useSpeaker();
  return (
    <fieldset className="run-controls" aria-label={say("ui-train/controls")}>
      {isActive ? <WhileRunning id={view.record.id} /> : <GoOn view={view} />}
      {view.record.isUnreadable ? null : (
        <button type="button" className={isDone ? "button button-primary" : "button"} onClick={() => chatWith(view.record.id)}>
          {say("ui-train/chat")}
        </button>
      )}
      {isActive ? null : <ItsModel view={view} />}
      {isActive ? null : <Keep view={view} />}
    </fieldset>
  );
}

function WhileRunning({ id }: { readonly id: string }) {
  const ending = useRuns((state) => state.ending);
  const { say } = useSpeaker();
  return (
    <>
      <button type="button" className="button" disabled={ending !== null} onClick={() => void endRun(id, "pause")}>
        <Icon name="pause" />
        {ending === "pause" ? say("ui-train/pausing") : say("ui-train/pause")}
      </button>
      <button type="button" className="button" disabled={ending !== null} onClick={() => void endRun(id, "stop")}>
        <Icon name="stop" />
        {ending === "stop" ? say("ui-train/stopping") : say("ui-train/stop")}
      </button>
    </>
  );
}

/** A failed run offers the same beside its error. */
function GoOn({ view }: { readonly view: RunView }) {
  const { id, phase } = view.record;
  const busy = !useIdle();
  const { say } = useSpeaker();
  if (!canResume(view) || phase === "failed") return null;
  return (
    <>
      <button type="button" className="button button-primary" disabled={busy} onClick={() => void resumeRun(id)}>
        <Icon name="play" />
        {say("ui-page/resume")}
      </button>
      <button type="button" className="button" disabled={busy} onClick={() => void endRun(id, "stop")}>
        <Icon name="stop" />
        {say("ui-train/stop")}
      </button>
    </>
  );
}

function Keep({ view }: { readonly view: RunView }) {
  const { id, name, phase, unsaved, isUnreadable } = view.record;
  const { say } = useSpeaker();
  if (phase === "running") return <p className="muted">{say("ui-train/other-tab")}</p>;
  return (
    <>
      {unsaved || isUnreadable ? null : <RunDownloads id={id} />}
      <ConfirmButton
        label={say("ui-page/delete")}
        name={say("ui-train/delete-run", { name })}
        question={say("ui-train/delete-question", { name })}
        confirm={say("ui-train/delete-for-ever")}
        onConfirm={() => void deleteRun(id)}
      />
    </>
  );
}
