// Lines that cannot be used, and why. Capped: a file of another kind can have thousands.
import { useSpeaker } from "../../state/language.ts";
import type { DataIssue } from "../../state/view-types.ts";

const shownIssues = 100;
/** So few are shown at once; more wait behind their count. */
const openIssues = 12;

export function IssueList({ issues, title }: { readonly issues: readonly DataIssue[]; readonly title: string }) {
  const { say, error } = useSpeaker();
  if (issues.length === 0) return null;
  const more = issues.length - shownIssues;
  return (
    <details className="card issues" open={issues.length <= openIssues}>
      <summary>{title}</summary>
      <ol className="issue-list">
        {issues.slice(0, shownIssues).map((issue) => {
          const { message, hint } = error(issue);
          return (
            <li key={`${issue.line} ${issue.code}`}>
              <p className="break">{message}</p>
              <p className="muted break">{hint}</p>
            </li>
          );
        })}
      </ol>
      {more > 0 ? <p className="muted">{say("ui-data/more", { more })}</p> : null}
    </details>
  );
}
