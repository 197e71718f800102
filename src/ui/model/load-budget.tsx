// What the model that is about to be loaded takes; where that is too much, the load waits here for a decision.
import { dropHeldLoad } from "../../state/load-budget.ts";
import { useBudget } from "../../state/budget-store.ts";
import { loadModel } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { BudgetBar } from "../parts/budget-bar.tsx";

/** Smaller models are there before anyone could read about them. */
const worthShowingBytes = 256 * 1024 * 1024;

export function LoadBudget() {
  const load = useBudget((state) => state.load);
  const isLoading = useModel((state) => state.loading !== null);
  if (!load || !(load.isHeld || (isLoading && load.report.totalBytes > worthShowingBytes))) return null;
  const { wish, report, isHeld } = load;
  return (
    <section className="card load-budget" aria-labelledby="load-budget-title">
      <h2 id="load-budget-title" className="heading-small">
        {isHeld ? "This model does not fit here" : "What this model takes"}
      </h2>
      <p className="muted">With the least training there is: one short sequence at rank 1.</p>
      <BudgetBar report={report} />
      {isHeld ? (
        <div className="actions">
          {report.proposals
            .filter(({ fits, change }) => fits && (change.quantization !== undefined || change.quantizeHead !== undefined))
            .map(({ what, change: { quantization, quantizeHead } }) => (
              <button
                key={what}
                type="button"
                className="button button-primary"
                onClick={() =>
                  void loadModel({ ...wish, ...(quantization ? { quantization } : {}), ...(quantizeHead ? { quantizeHead } : {}) })
                }
              >
                Load with {what}
              </button>
            ))}
          <button type="button" className="button" onClick={() => void loadModel({ ...wish, regardless: true })}>
            Load anyway
          </button>
          <button type="button" className="button button-quiet" onClick={dropHeldLoad}>
            Do not load
          </button>
        </div>
      ) : null}
    </section>
  );
}
