// Step 2: what a run is asked to do, the run that is looked at, and all runs that this browser holds.
import { useDataset } from "../../state/dataset-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { selectedRun, useRuns } from "../../state/runs-store.ts";
import { RunList } from "./run-list.tsx";
import { RunError } from "./run-error.tsx";
import { RunPanel } from "./run-panel.tsx";
import { TrainForm } from "./train-form.tsx";

export function TrainPage() {
  return (
    <div className={useRunFirst() ? "columns columns-run-first" : "columns"}>
      <div className="aside">
        <TrainForm />
      </div>
      <div className="stack">
        <RunError />
        <Selected />
        <RunList />
      </div>
    </div>
  );
}

/** Where there is one column: the run of the open data comes before the form, other runs after it. */
function useRunFirst(): boolean {
  const datasetName = useDataset((state) => state.report?.name);
  return useRuns((state) => {
    const record = selectedRun(state)?.record;
    return record !== undefined && (datasetName === undefined || record.datasetName === datasetName);
  });
}

function Selected() {
  const view = useRuns(selectedRun);
  const { say } = useSpeaker();
  if (view) return <RunPanel key={view.record.id} view={view} />;
  return (
    <section className="card empty" aria-labelledby="no-run-title">
      <h2 id="no-run-title" className="heading-medium">
        {say("ui-page/no-run")}
      </h2>
      <p className="muted">{say("ui-train/empty")}</p>
    </section>
  );
}
