// All runs that this browser holds.
import { formatDate, formatMeasure } from "../../metrics/format.ts";
import { dropKind } from "../../state/drop-kind.ts";
import { importRun, selectRun } from "../../state/run-actions.ts";
import { isImported, phaseNames, type RunView } from "../../state/run-view.ts";
import { useRuns } from "../../state/runs-store.ts";
import { FileButton } from "../parts/file-button.tsx";

export function RunList() {
  const order = useRuns((state) => state.order);
  const views = useRuns((state) => state.views);
  const open = (files: readonly File[]): void => {
    void importRun(files, dropKind(files.map(({ name }) => name)) === "adapter" ? "adapter" : "state");
  };
  return (
    <section className="runs" aria-labelledby="runs-title">
      <div className="runs-head">
        <h2 id="runs-title" className="heading-medium">
          Runs
        </h2>
        <FileButton label="Import a run or adapter" icon="upload" multiple accept=".safetensors,.json,.jsonl,.bin" onFiles={open} />
      </div>
      {order.length === 0 ? (
        <p className="muted">Runs are kept in this browser. Import a saved state, or the two files of an adapter of PEFT or mlx-lm.</p>
      ) : (
        <ul className="run-list" aria-label="Stored runs">
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
  const { id, name, phase, stepsDone, config, lastLoss, createdAt } = view.record;
  const isSelected = useRuns((state) => state.selectedId === id);
  return (
    <li>
      <button type="button" className="press-card run-entry" aria-pressed={isSelected} onClick={() => void selectRun(id)}>
        <span className="run-entry-name break">{name}</span>
        <span className={`phase phase-${phase}`}>{phaseNames[phase]}</span>
        <span className="run-entry-facts">
          {isImported(view) ? "Imported" : `${stepsDone} of ${config.steps} steps · loss ${formatMeasure(lastLoss)}`} ·{" "}
          {formatDate(createdAt)}
        </span>
      </button>
    </li>
  );
}
