// What of the dataset a run would use with this model, and what it would not: said before anything is trained.
import { countOf, formatCount } from "../../metrics/format.ts";
import { useDataset } from "../../state/dataset-store.ts";
import type { DataNote } from "../../state/view-types.ts";
import { Icon } from "../parts/icon.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { IssueList } from "./issue-list.tsx";
import { ValidationSummary } from "./validation-summary.tsx";

export function DataCheckSummary() {
  const check = useDataset((state) => state.check);
  const checking = useDataset((state) => state.checking);
  if (!check) {
    if (checking === null) return <ValidationSummary check={null} />;
    const percent = Math.round(checking * 100);
    return <ProgressBar label="Counting tokens" value={percent} max={100} text={`${percent}%`} />;
  }
  const { usable, rows, learnedTokens, totalTokens, longest, issues, notes, validation } = check;
  return (
    <div className="prepared" data-testid="data-check">
      <p className="summary-count">
        <Icon name={issues.length === 0 ? "check" : "alert"} />
        <span>
          {countOf(usable, "example")} will be used{issues.length > 0 ? `, ${formatCount(issues.length)} left out` : ""}
        </span>
      </p>
      <p className="muted">
        {rows === usable ? "" : `${countOf(rows, "row")}. `}
        {formatCount(learnedTokens)} of {countOf(totalTokens, "token")} are learned; the longest row has {formatCount(longest)}.
      </p>
      <Notes notes={notes} />
      <IssueList issues={issues} title="left out of a run" />
      <ValidationSummary check={validation} />
      <Notes notes={validation?.notes ?? []} />
    </div>
  );
}

function Notes({ notes }: { readonly notes: readonly DataNote[] }) {
  if (notes.length === 0) return null;
  return (
    <ul className="note-list">
      {notes.map(({ code, message, hint }) => (
        <li key={code} data-code={code}>
          <p className="break">{message}</p>
          <p className="muted break">{hint}</p>
        </li>
      ))}
    </ul>
  );
}
