// Step 1: a dataset, what is in it, and what a model would learn from it.
import { useDataset } from "../../state/dataset-store.ts";
import { dismissDatasetError } from "../../state/dataset-actions.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { DataSource } from "./data-source.tsx";
import { DatasetSummary } from "./dataset-summary.tsx";
import { ExampleList } from "./example-list.tsx";
import { IssueList } from "./issue-list.tsx";

export function DataPage() {
  const report = useDataset((state) => state.report);
  return (
    <div className={report ? "columns" : "welcome"}>
      <div className="aside">
        <DataError />
        <Reading />
        {report ? <DatasetSummary report={report} /> : <Welcome />}
        {report ? <IssueList issues={report.issues} /> : null}
        <DataSource hasData={report !== null} />
      </div>
      {report ? <ExampleList report={report} /> : null}
    </div>
  );
}

function Welcome() {
  return (
    <div className="welcome-text">
      <h2 className="heading-large">Teach a small model something new</h2>
      <p className="lead">
        Bring a JSONL file with questions and answers, train for a minute, and chat with the result. Nothing is installed and nothing is
        uploaded.
      </p>
    </div>
  );
}

function DataError() {
  const error = useDataset((state) => state.error);
  const name = useDataset((state) => state.report?.name);
  if (!error) return null;
  return <ErrorNotice error={error} onDismiss={dismissDatasetError} {...(name ? { kept: `${name} stays open.` } : {})} />;
}

function Reading() {
  const reading = useDataset((state) => state.reading);
  if (!reading) return null;
  const percent = Math.round(reading.fraction * 100);
  return (
    <div className="reading">
      <p>
        Reading {reading.name}, {percent}%
      </p>
      <ProgressBar label="Reading the file" value={percent} max={100} text={`${percent}%`} />
    </div>
  );
}
