// The memory that the run in the form would take, before Train is pressed, and the change that makes it fit.
import { formatBytes } from "../../metrics/format.ts";
import { applyChange } from "../../state/budget-actions.ts";
import { useBudget } from "../../state/budget-store.ts";
import type { BudgetReport } from "../../state/view-types.ts";
import { BudgetBar } from "../parts/budget-bar.tsx";
import { MemoryProbe } from "../parts/memory-probe.tsx";

export function RunBudget() {
  const report = useBudget((state) => state.run);
  if (!report) return null;
  return (
    <section className="run-budget" aria-labelledby="budget-title">
      <h3 id="budget-title" className="heading-small">
        Memory
      </h3>
      <BudgetBar report={report} />
      {report.fits ? null : <Proposals report={report} />}
      <MemoryProbe report={report} />
    </section>
  );
}

function Proposals({ report }: { readonly report: BudgetReport }) {
  const fitting = report.proposals.filter(({ fits }) => fits);
  const [best, ...others] = fitting;
  if (!best) return <p className="muted">No setting makes this model fit here. Choose a smaller model.</p>;
  return (
    <div className="budget-proposals">
      <button type="button" className="button button-primary" onClick={() => void applyChange(best.change)}>
        Make it fit: {best.what}
      </button>
      <p className="muted">Then it takes {formatBytes(best.totalBytes)}.</p>
      {others.map(({ what, change, totalBytes }) => (
        <button key={what} type="button" className="button" onClick={() => void applyChange(change)}>
          Or {what}: {formatBytes(totalBytes)}
        </button>
      ))}
    </div>
  );
}
