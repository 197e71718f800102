// The open dataset in three lines, and the way on.
import { formatCount } from "../../metrics/format.ts";
import { closeDataset } from "../../state/dataset-actions.ts";
import type { DatasetReport } from "../../state/view-types.ts";
import { Icon } from "../parts/icon.tsx";
import { DataCheckSummary } from "./data-check.tsx";

export function DatasetSummary({ report }: { readonly report: DatasetReport }) {
  const { name, format, unit, validCount, lineCount } = report;
  return (
    <section className="card summary" aria-labelledby="dataset-title">
      <h2 id="dataset-title" className="heading-medium break">
        {name}
      </h2>
      <p className="summary-count" data-testid="valid-count">
        <Icon name={validCount === lineCount ? "check" : "alert"} />
        <span>
          {formatCount(validCount)} of {formatCount(lineCount)} {unit}s are valid
        </span>
      </p>
      <p className="muted">Recognized as {format}</p>
      <Ignored ignored={report.ignored} />
      <DataCheckSummary />
      <div className="actions">
        <a className="button button-primary" href="#train">
          Continue to training
        </a>
        <button type="button" className="button button-quiet" onClick={() => void closeDataset()}>
          Close
        </button>
      </div>
    </section>
  );
}

/** Keys that the file has and nothing uses. */
function Ignored({ ignored }: Pick<DatasetReport, "ignored">) {
  const keys = Object.entries(ignored);
  if (keys.length === 0) return null;
  return (
    <p className="muted break" data-testid="ignored">
      Not used: {keys.map(([key, count]) => `${key} (${formatCount(count)})`).join(", ")}
    </p>
  );
}
