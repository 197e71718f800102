// What can be done with a run in its present phase.
import { chatWith } from "../../state/chat-actions.ts";
import { deleteRun, endRun, resumeRun } from "../../state/run-actions.ts";
import { canResume, type RunView } from "../../state/run-view.ts";
import { useRuns } from "../../state/runs-store.ts";
import { ConfirmButton } from "../parts/confirm-button.tsx";
import { Icon } from "../parts/icon.tsx";
import { RunDownloads } from "./run-downloads.tsx";
import { useIdle } from "./use-idle.ts";

export function RunControls({ view }: { readonly view: RunView }) {
  const isActive = useRuns((state) => state.activeId === view.record.id);
  const isDone = !isActive && !canResume(view);
  return (
    <fieldset className="run-controls" aria-label="Run controls">
      {isActive ? <WhileRunning id={view.record.id} /> : <GoOn view={view} />}
      <button type="button" className={isDone ? "button button-primary" : "button"} onClick={() => chatWith(view.record.id)}>
        Chat with this run
      </button>
      {isActive ? null : <Keep view={view} />}
    </fieldset>
  );
}

function WhileRunning({ id }: { readonly id: string }) {
  const ending = useRuns((state) => state.ending);
  return (
    <>
      <button type="button" className="button" disabled={ending !== null} onClick={() => void endRun(id, "pause")}>
        <Icon name="pause" />
        {ending === "pause" ? "Pausing …" : "Pause"}
      </button>
      <button type="button" className="button" disabled={ending !== null} onClick={() => void endRun(id, "stop")}>
        <Icon name="stop" />
        {ending === "stop" ? "Stopping …" : "Stop"}
      </button>
    </>
  );
}

/** A failed run offers the same beside its error. */
function GoOn({ view }: { readonly view: RunView }) {
  const { id, phase } = view.record;
  const busy = !useIdle();
  if (!canResume(view) || phase === "failed") return null;
  return (
    <>
      <button type="button" className="button button-primary" disabled={busy} onClick={() => void resumeRun(id)}>
        <Icon name="play" />
        Resume
      </button>
      <button type="button" className="button" disabled={busy} onClick={() => void endRun(id, "stop")}>
        <Icon name="stop" />
        Stop
      </button>
    </>
  );
}

function Keep({ view }: { readonly view: RunView }) {
  const { id, name, phase, unsaved } = view.record;
  if (phase === "running") return <p className="muted">This run is training in another tab.</p>;
  return (
    <>
      {unsaved ? null : <RunDownloads id={id} />}
      <ConfirmButton
        label="Delete"
        name={`Delete ${name}`}
        question={`Delete ${name} and its adapter?`}
        confirm="Delete for ever"
        onConfirm={() => void deleteRun(id)}
      />
    </>
  );
}
