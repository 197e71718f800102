// What the model that is about to be loaded takes; where the user has to see that first, the load waits here for a decision.
import { useEffect, useRef } from "react";
import { dropHeldLoad, worthShowingBytes } from "../../state/load-budget.ts";
import { useBudget, type BudgetState } from "../../state/budget-store.ts";
import { loadModel } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { BudgetBar } from "../parts/budget-bar.tsx";
import { MemoryProbe } from "../parts/memory-probe.tsx";

type Load = NonNullable<BudgetState["load"]>;

export function LoadBudget() {
  const load = useBudget((state) => state.load);
  const isLoading = useModel((state) => state.loading !== null);
  const section = useRef<HTMLElement>(null);
  const isHeld = load !== null && load.held !== null;
  // The decision is asked for above the list that it was chosen from.
  useEffect(() => {
    if (isHeld) section.current?.focus();
  }, [isHeld]);
  if (!load || !(isHeld || (isLoading && load.report.totalBytes > worthShowingBytes))) return null;
  return (
    <section ref={section} tabIndex={-1} className="card load-budget" aria-labelledby="load-budget-title">
      <h2 id="load-budget-title" className="heading-small">
        {load.held === "too-large" ? "This model does not fit here" : "What this model takes"}
      </h2>
      <p className="muted">{describeRun(load)}</p>
      <BudgetBar report={load.report} />
      {isHeld ? <MemoryProbe report={load.report} /> : null}
      {isHeld ? <Decision load={load} /> : null}
    </section>
  );
}

function describeRun({ held, report: { run, quantization } }: Load): string {
  const what = `Weights as ${quantization}, batches of ${run.batchSize}, ${run.seqLength} tokens, rank ${run.rank}`;
  return held === "too-large" ? `${what}: the least training there is.` : `${what}, as the Train step is set now.`;
}

function Decision({ load: { wish, report, held } }: { readonly load: Load }) {
  const others = report.proposals.filter(
    ({ fits, change }) => fits && (change.quantization !== undefined || change.quantizeHead !== undefined),
  );
  return (
    <div className="actions">
      {held === "review" ? (
        <button type="button" className="button button-primary" onClick={() => void loadModel({ ...wish, regardless: true })}>
          Load
        </button>
      ) : null}
      {others.map(({ what, change: { quantization, quantizeHead } }) => (
        <button
          key={what}
          type="button"
          className={held === "review" ? "button" : "button button-primary"}
          onClick={() =>
            void loadModel({
              ...wish,
              regardless: true,
              ...(quantization ? { quantization } : {}),
              ...(quantizeHead ? { quantizeHead } : {}),
            })
          }
        >
          Load with {what}
        </button>
      ))}
      {held === "too-large" ? (
        <button type="button" className="button" onClick={() => void loadModel({ ...wish, regardless: true })}>
          Load anyway
        </button>
      ) : null}
      <button type="button" className="button button-quiet" onClick={dropHeldLoad}>
        Do not load
      </button>
    </div>
  );
}
