// The file that measures: how much of it is kept for validation, and what of it is left out.
import { useDataset } from "../../state/dataset-store.ts";
import { useSpeaker } from "../../state/language.ts";
import type { ValidationCheck } from "../../state/view-types.ts";
import { IssueList } from "./issue-list.tsx";

/** Before a model has been asked what fits it, all that could be read counts. */
export function ValidationSummary({ check }: { readonly check: ValidationCheck | null | undefined }) {
  const { say } = useSpeaker();
  const report = useDataset((state) => state.validation?.report);
  const learned = useDataset((state) => state.report?.name ?? "");
  if (!report) return null;
  const { name, validCount } = report;
  const issues = [...report.issues, ...(check?.issues ?? [])];
  return (
    <>
      <p className="muted break" data-testid="validation">
        {say("validation/kept", { count: check?.usable ?? validCount, name, learned })}
      </p>
      <IssueList issues={issues} title={say("validation/left-out", { count: issues.length, name })} />
    </>
  );
}
