// Asks the device for what a budget says, and tells what it granted and what that leaves open.
import { probeMemory } from "../../state/budget-actions.ts";
import { useBudget } from "../../state/budget-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import type { BudgetReport } from "../../state/view-types.ts";

export function MemoryProbe({ report }: { readonly report: BudgetReport }) {
  const probe = useBudget((state) => state.probe);
  const isProbing = useBudget((state) => state.isProbing);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const { say } = useSpeaker();
  return (
    <div className="budget-probe">
      <button type="button" className="button button-quiet" disabled={isProbing || isTraining} onClick={() => void probeMemory(report)}>
        {isProbing ? say("ui-page/probing") : say("ui-page/probe")}
      </button>
      {probe ? (
        <p className="muted">{say("ui-page/probed", { granted: probe.grantedBytes, asked: probe.askedBytes, note: probe.note })}</p>
      ) : null}
    </div>
  );
}
