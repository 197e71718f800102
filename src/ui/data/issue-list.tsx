// Lines that cannot be used, and why. Capped: a file of another kind can have thousands.
import { countOf, formatCount } from "../../metrics/format.ts";
import { useSpeaker } from "../../state/language.ts";
import type { DataIssue } from "../../state/view-types.ts";

const shownIssues = 100;
/** So few are shown at once; more wait behind their count. */
const openIssues = 12;

interface IssueListProps {
  readonly issues: readonly DataIssue[];
  readonly title?: string;
  /** The file, where it is not the dataset. */
  readonly of?: string;
}

export function IssueList({ issues, title = "left out", of }: IssueListProps) {
  const { say } = useSpeaker();
  if (issues.length === 0) return null;
  const more = issues.length - shownIssues;
  return (
    <details className="card issues" open={issues.length <= openIssues}>
      <summary>
        {of === undefined ? `${countOf(issues.length, "line")} ${title}` : say("validation/left-out", { count: issues.length, name: of })}
      </summary>
      <ol className="issue-list">
        {issues.slice(0, shownIssues).map(({ line, code, message, hint }) => (
          <li key={`${line} ${code}`}>
            <p className="break">{message}</p>
            <p className="muted break">{hint}</p>
          </li>
        ))}
      </ol>
      {more > 0 ? <p className="muted">and {formatCount(more)} more</p> : null}
    </details>
  );
}
