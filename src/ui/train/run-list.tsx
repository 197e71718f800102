// All runs that this browser holds.
import { dropKind } from "../../state/drop-kind.ts";
import { useSpeaker } from "../../state/language.ts";
import { importRun, selectRun } from "../../state/run-actions.ts";
import { isImported, type RunView } from "../../state/run-view.ts";
import { useRuns } from "../../state/runs-store.ts";
import { FileButton } from "../parts/file-button.tsx";

export function RunList() {
  const order = useRuns((state) => state.order);
  const views = useRuns((state) => state.views);
  const { say } = useSpeaker();
  const open = (files: readonly File[]): void => {
    void importRun(files, dropKind(files.map(({ name }) => name)) === "adapter" ? "adapter" : "state");
  };
  return (
    <section className="runs" aria-labelledby="runs-title">
      <div className="runs-head">
        <h2 id="runs-title" className="heading-medium">
          {say("ui-train/runs")}
        </h2>
        <FileButton label={say("ui-train/import")} icon="upload" multiple accept=".safetensors,.json,.jsonl,.bin" onFiles={open} />
      </div>
      {order.length === 0 ? (
        <p className="muted">{say("ui-train/no-runs")}</p>
      ) : (
        <ul className="run-list" aria-label={say("ui-train/stored-runs")}>
          {order.map((id) => {
            const view = views[id];
            return view ? <RunEntry key={id} view={view} /> : null;
          })}
        </ul>
      )}
    </section>
  );
}

function RunEntry({ view }: { readonly view: RunView }) {
  const { id, name, phase } = view.record;
  const isSelected = useRuns((state) => state.selectedId === id);
  const { say } = useSpeaker();
  return (
    <li>
      <button type="button" className="press-card run-entry" aria-pressed={isSelected} onClick={() => void selectRun(id)}>
        <span className="run-entry-name break">{name}</span>
        <span className={`phase phase-${phase}`}>{say(`run/phase-${phase}`)}</span>
        <span className="run-entry-facts">
          <EntryFacts view={view} />
        </span>
      </button>
    </li>
  );
}

function EntryFacts({ view }: { readonly view: RunView }) {
  const { stepsDone, config, lastLoss, createdAt, isUnreadable } = view.record;
  const { say, format } = useSpeaker();
  const date = format.date(createdAt);
  if (isUnreadable) return date;
  return isImported(view)
    ? say("ui-train/entry-imported", { date })
    : say("ui-train/entry", { done: stepsDone, steps: config.stopping.steps, loss: format.measure(lastLoss), date });
}
