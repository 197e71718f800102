// What the model that is about to be loaded takes; where the user has to see that first, the load waits here for a decision.
import { useEffect, useRef } from "react";
import { methodWords } from "../../config/method-words.ts";
import type { Speaker } from "../../language/speaker.ts";
import { useSpeaker } from "../../state/language.ts";
import { dropHeldLoad, worthShowingBytes } from "../../state/load-budget.ts";
import { useBudget, type AskedLoad } from "../../state/budget-store.ts";
import { loadModel } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { weightsOf } from "../../state/weights-words.ts";
import { BudgetBar } from "../parts/budget-bar.tsx";
import { MemoryProbe } from "../parts/memory-probe.tsx";

export function LoadBudget() {
  const load = useBudget((state) => state.load);
  const isLoading = useModel((state) => state.loading !== null);
  const { say, text, error } = useSpeaker();
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
        {load.held === "too-large" ? say("ui-model/too-large") : say("ui-model/takes")}
      </h2>
      {load.refused ? (
        <p className="field-error">
          {say("ui-model/run-refused")} {Object.values(error(load.refused)).join(" ")}
        </p>
      ) : null}
      <p className="muted">{describeRun(load, say)}</p>
      {load.report.held.reason ? <p className="muted">{text(load.report.held.reason)}</p> : null}
      <BudgetBar report={load.report} />
      {isHeld ? <MemoryProbe report={load.report} /> : null}
      {isHeld ? <Decision load={load} /> : null}
    </section>
  );
}

function describeRun({ held, refused, report: { run, ...form } }: AskedLoad, say: Speaker["say"]): string {
  const weights = weightsOf(form);
  const shape = { weights, batch: run.batchSize, tokens: run.seqLength, method: methodWords(run.method) };
  return held === "too-large" || refused ? say("ui-model/run-least", shape) : say("ui-model/run-as-set", shape);
}

function Decision({ load: { requested, report, held } }: { readonly load: AskedLoad }) {
  const { say } = useSpeaker();
  const others = report.proposals.filter(
    ({ fits, change }) => fits && (change.quantization !== undefined || change.quantizeHead !== undefined),
  );
  return (
    <div className="actions">
      {held === "review" ? (
        <button type="button" className="button button-primary" onClick={() => void loadModel({ ...requested, regardless: true })}>
          {say("ui-model/load")}
        </button>
      ) : null}
      {others.map(({ what, change: { quantization, quantizeHead } }) => (
        <button
          key={JSON.stringify([quantization, quantizeHead])}
          type="button"
          className={held === "review" ? "button" : "button button-primary"}
          onClick={() =>
            void loadModel({
              ...requested,
              regardless: true,
              ...(quantization ? { quantization } : {}),
              ...(quantizeHead ? { quantizeHead } : {}),
            })
          }
        >
          {say("ui-model/load-with", { what })}
        </button>
      ))}
      {held === "too-large" ? (
        <button type="button" className="button" onClick={() => void loadModel({ ...requested, regardless: true })}>
          {say("ui-model/load-anyway")}
        </button>
      ) : null}
      <button type="button" className="button button-quiet" onClick={dropHeldLoad}>
        {say("ui-model/do-not-load")}
      </button>
    </div>
  );
}
