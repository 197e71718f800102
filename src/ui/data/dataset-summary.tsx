// The open dataset in three lines, and the way on.
import { closeDataset } from "../../state/dataset-actions.ts";
import { useSpeaker } from "../../state/language.ts";
import type { DatasetReport } from "../../state/view-types.ts";
import { commas, words } from "../../words/message.ts";
import { Icon } from "../parts/icon.tsx";
import { DataCheckSummary } from "./data-check.tsx";

export function DatasetSummary({ report }: { readonly report: DatasetReport }) {
  const { name, format, unit, validCount, lineCount } = report;
  const { say } = useSpeaker();
  return (
    <section className="card summary" aria-labelledby="dataset-title">
      <h2 id="dataset-title" className="heading-medium break">
        {name}
      </h2>
      <p className="summary-count" data-testid="valid-count">
        <Icon name={validCount === lineCount ? "check" : "alert"} />
        <span>{say("ui-data/valid", { valid: validCount, count: lineCount, unit })}</span>
      </p>
      <p className="muted">{say("ui-data/recognized", { format })}</p>
      <Ignored ignored={report.ignored} />
      <DataCheckSummary />
      <div className="actions">
        <a className="button button-primary" href="#train">
          {say("ui-data/continue")}
        </a>
        <button type="button" className="button button-quiet" onClick={() => void closeDataset()}>
          {say("ui-data/close")}
        </button>
      </div>
    </section>
  );
}

/** Keys that the file has and nothing uses. */
function Ignored({ ignored }: Pick<DatasetReport, "ignored">) {
  const { say } = useSpeaker();
  const keys = Object.entries(ignored).map(([key, count]) => words("ui-data/counted-key", { key, count }));
  if (keys.length === 0) return null;
  return (
    <p className="muted break" data-testid="ignored">
      {say("ui-data/ignored", { keys: commas(keys) })}
    </p>
  );
}
