// Step 1: a dataset, what is in it, and what a model would learn from it.
import { useDataset } from "../../state/dataset-store.ts";
import { dismissDatasetError } from "../../state/dataset-actions.ts";
import { useSpeaker } from "../../state/language.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { DataSource } from "./data-source.tsx";
import { DatasetSummary } from "./dataset-summary.tsx";
import { ExampleList } from "./example-list.tsx";
import { IssueList } from "./issue-list.tsx";

export function DataPage() {
  const report = useDataset((state) => state.report);
  const { say } = useSpeaker();
  return (
    <div className={report ? "columns" : "welcome"}>
      <div className="aside">
        <DataError />
        <Reading />
        {report ? <DatasetSummary report={report} /> : <Welcome />}
        {report ? (
          <IssueList issues={report.issues} title={say("ui-data/left-out", { count: report.issues.length, unit: report.unit })} />
        ) : null}
        <DataSource hasData={report !== null} />
      </div>
      {report ? <ExampleList report={report} /> : null}
    </div>
  );
}

function Welcome() {
  const { say } = useSpeaker();
  return (
    <div className="welcome-text">
      <h2 className="heading-large">{say("ui-data/welcome")}</h2>
      <p className="lead">{say("ui-data/lead")}</p>
    </div>
  );
}

function DataError() {
  const error = useDataset((state) => state.error);
  const name = useDataset((state) => state.report?.name);
  const { say } = useSpeaker();
  if (!error) return null;
  return <ErrorNotice error={error} onDismiss={dismissDatasetError} {...(name ? { kept: say("ui-data/kept", { name }) } : {})} />;
}

function Reading() {
  const reading = useDataset((state) => state.reading);
  const { say, format } = useSpeaker();
  if (!reading) return null;
  const percent = Math.round(reading.fraction * 100);
  return (
    <div className="reading">
      <p>{say("ui-data/reading", reading)}</p>
      <ProgressBar label={say("ui-data/reading-file")} value={percent} max={100} text={format.percent(reading.fraction)} />
    </div>
  );
}
