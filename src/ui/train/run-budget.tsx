// The memory that the run in the form would take, before Train is pressed, and the change that makes it fit.
import { applyChange } from "../../state/budget-actions.ts";
import { useBudget } from "../../state/budget-store.ts";
import { useSpeaker } from "../../state/language.ts";
import type { BudgetReport } from "../../state/view-types.ts";
import { BudgetBar } from "../parts/budget-bar.tsx";
import { MemoryProbe } from "../parts/memory-probe.tsx";

export function RunBudget() {
  const report = useBudget((state) => state.run);
  const { say } = useSpeaker();
  if (!report) return null;
  return (
    <section className="run-budget" aria-labelledby="budget-title">
      <h3 id="budget-title" className="heading-small">
        {say("ui-train/memory")}
      </h3>
      <BudgetBar report={report} />
      {report.fits ? null : <Proposals report={report} />}
      <MemoryProbe report={report} />
    </section>
  );
}

function Proposals({ report }: { readonly report: BudgetReport }) {
  const { say } = useSpeaker();
  const fitting = report.proposals.filter(({ fits }) => fits);
  const [best, ...others] = fitting;
  if (!best) return <p className="muted">{say("ui-train/nothing-fits")}</p>;
  return (
    <div className="budget-proposals">
      <button type="button" className="button button-primary" onClick={() => void applyChange(best.change)}>
        {say("ui-train/make-it-fit", { what: best.what })}
      </button>
      <p className="muted">{say("ui-train/then-takes", { bytes: best.totalBytes })}</p>
      {others.map(({ what, change, totalBytes }) => (
        <button key={JSON.stringify(change)} type="button" className="button" onClick={() => void applyChange(change)}>
          {say("ui-train/or-fit", { what, bytes: totalBytes })}
        </button>
      ))}
    </div>
  );
}
