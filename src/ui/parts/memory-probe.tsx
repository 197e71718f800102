// Asks the device for what a budget says, and tells what it granted and what that leaves open.
import { formatBytes } from "../../metrics/format.ts";
import { probeMemory } from "../../state/budget-actions.ts";
import { useBudget } from "../../state/budget-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import type { BudgetReport } from "../../state/view-types.ts";

export function MemoryProbe({ report }: { readonly report: BudgetReport }) {
  const probe = useBudget((state) => state.probe);
  const isProbing = useBudget((state) => state.isProbing);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  return (
    <div className="budget-probe">
      <button type="button" className="button button-quiet" disabled={isProbing || isTraining} onClick={() => void probeMemory(report)}>
        {isProbing ? "Asking the device …" : "Check that the device grants it"}
      </button>
      {probe ? (
        <p className="muted">
          {formatBytes(probe.grantedBytes)} of {formatBytes(probe.askedBytes)} granted. {probe.note}
        </p>
      ) : null}
    </div>
  );
}
