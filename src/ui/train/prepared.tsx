// What of the dataset is used by the run that was started last, and what is left out.
import { countOf, formatCount } from "../../metrics/format.ts";
import { useRuns } from "../../state/runs-store.ts";
import { IssueList } from "../data/issue-list.tsx";

export function Prepared() {
  const prepared = useRuns((state) => state.prepared);
  if (!prepared) return null;
  const { trainCount, validationCount, learnedTokens, totalTokens, longest, issues } = prepared;
  return (
    <div className="prepared">
      <p className="muted">
        {countOf(trainCount, "example")} to train on, {formatCount(validationCount)} to validate. {formatCount(learnedTokens)} of{" "}
        {countOf(totalTokens, "token")} are learned; the longest example has {formatCount(longest)}.
      </p>
      <IssueList issues={issues} title="left out of this run" />
    </div>
  );
}
