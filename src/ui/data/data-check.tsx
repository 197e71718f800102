// What of the dataset a run would use with this model, and what it would not: said before anything is trained.
import { useDataset } from "../../state/dataset-store.ts";
import { useSpeaker } from "../../state/language.ts";
import type { DataNote } from "../../state/view-types.ts";
import { sentences, words } from "../../words/message.ts";
import { Icon } from "../parts/icon.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { IssueList } from "./issue-list.tsx";
import { ValidationSummary } from "./validation-summary.tsx";

export function DataCheckSummary() {
  const check = useDataset((state) => state.check);
  const checking = useDataset((state) => state.checking);
  const unit = useDataset((state) => state.report?.unit ?? "line");
  const { say, text, format } = useSpeaker();
  if (!check) {
    if (checking === null) return <ValidationSummary check={null} />;
    const percent = Math.round(checking * 100);
    return <ProgressBar label={say("ui-data/counting")} value={percent} max={100} text={format.percent(checking)} />;
  }
  const { usable, rows, learnedTokens, totalTokens, longest, issues, notes, validation } = check;
  const counts = words("ui-data/learned-tokens", { learned: learnedTokens, total: totalTokens, longest });
  return (
    <div className="prepared" data-testid="data-check">
      <p className="summary-count">
        <Icon name={issues.length === 0 ? "check" : "alert"} />
        <span>{say("ui-data/used", { usable, out: issues.length })}</span>
      </p>
      <p className="muted">{rows === usable ? text(counts) : text(sentences([words("ui-data/rows", { rows }), counts]))}</p>
      <Notes notes={notes} />
      <IssueList issues={issues} title={say("ui-data/left-out-of-run", { count: issues.length, unit })} />
      <ValidationSummary check={validation} />
      <Notes notes={validation?.notes ?? []} />
    </div>
  );
}

function Notes({ notes }: { readonly notes: readonly DataNote[] }) {
  const { error } = useSpeaker();
  if (notes.length === 0) return null;
  return (
    <ul className="note-list">
      {notes.map((note) => {
        const { message, hint } = error(note);
        return (
          <li key={note.code} data-code={note.code}>
            <p className="break">{message}</p>
            <p className="muted break">{hint}</p>
          </li>
        );
      })}
    </ul>
  );
}
