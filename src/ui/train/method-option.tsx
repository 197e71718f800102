// One method of the list: what it is for, what it takes of memory and time, and, where it is ruled out, why and what to do about it.
import { useId } from "react";
import { messageOf } from "../../base/errors.ts";
import { beginsSlowly, recommendedMethod } from "../../config/method-groups.ts";
import type { MethodKind } from "../../config/run-config.ts";
import { budgetWords } from "../../state/budget-words.ts";
import { useSpeaker } from "../../state/language.ts";
import { bestFit, cheaperThan, chooseInFloat32, chooseMethod, chooseWith } from "../../state/method-actions.ts";
import { isRuledOut, takesWords, useMethodPlans, type MethodPlan } from "../../state/method-plans.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import { useTrainForm } from "../../state/train-form.ts";
import { words } from "../../words/message.ts";

interface OptionProps {
  readonly kind: MethodKind;
}

export function MethodOption({ kind }: OptionProps) {
  const id = useId();
  const isChosen = useTrainForm((form) => form.method === kind);
  const plan = useMethodPlans(({ plans }) => plans[kind]);
  const isOut = plan !== undefined && isRuledOut(plan);
  const { say } = useSpeaker();
  return (
    <div className={isOut ? "method method-out" : "method"}>
      <label className="check">
        <input
          type="radio"
          name="method"
          checked={isChosen}
          // It can still be reached, so that its reason is read out.
          aria-disabled={isOut && !isChosen}
          aria-describedby={id}
          onChange={() => (isOut ? undefined : chooseMethod(kind))}
        />
        <span className="method-name">{say(`method/${kind}-label`)}</span>
        {kind === recommendedMethod ? <span className="tag tag-good">{say("methods/recommended")}</span> : null}
      </label>
      <div id={id} className="method-notes">
        <p className="field-help">{say(`method/${kind}-help`)}</p>
        <Takes kind={kind} plan={plan} />
        {plan ? <Reason plan={plan} isChosen={isChosen} /> : null}
      </div>
      {isOut ? <Fix kind={kind} plan={plan} /> : null}
    </div>
  );
}

function Takes({ kind, plan }: OptionProps & { readonly plan: MethodPlan | undefined }) {
  const recommended = useMethodPlans(({ plans }) => plans[recommendedMethod]?.report);
  const hasModel = useModel(({ model }) => model !== null);
  const { say, text } = useSpeaker();
  if (!plan) return hasModel ? <p className="method-takes muted">{say("methods/counting")}</p> : null;
  const { report, inFloat32 } = plan;
  if (inFloat32) return <p className="method-takes">{say("methods/needs-float32", { takes: takesWords(kind, inFloat32, recommended) })}</p>;
  if (!report) return null;
  return (
    <>
      <p className="method-takes">{text(takesWords(kind, report, recommended))}</p>
      {beginsSlowly(kind) ? <p className="field-help">{say("methods/begins-slowly")}</p> : null}
    </>
  );
}

/** Of the chosen one that takes too much, the section on memory speaks; of one that is ruled out, the buttons say what to do. */
function Reason({ plan, isChosen }: { readonly plan: MethodPlan; readonly isChosen: boolean }) {
  const { report, refused, inFloat32 } = plan;
  const { say, text, error } = useSpeaker();
  const tooLarge = [inFloat32, isChosen ? null : report].find((budget) => budget?.fits === false);
  const large = tooLarge ? <p className="method-why">{text(budgetWords(tooLarge).sentence)}</p> : null;
  if (!refused) return large;
  const { message, hint } = error(refused);
  if (isChosen) return <p className="field-error">{[message, hint].join(" ")}</p>;
  if (!isRuledOut(plan)) return <p className="field-help">{say("methods/wants-setting", { why: messageOf(refused) })}</p>;
  return (
    <>
      <p className="method-why">{message}</p>
      {large}
    </>
  );
}

function Fix({ kind, plan }: OptionProps & { readonly plan: MethodPlan }) {
  const isTraining = useRuns((state) => activeRun(state) !== undefined || state.starting !== null);
  const isLoading = useModel((state) => state.loading !== null);
  const cheaper = useMethodPlans((state) => cheaperThan(kind, state));
  const best = bestFit(kind, plan);
  const { say } = useSpeaker();
  const loads = plan.inFloat32 !== null || best?.change.quantization !== undefined;
  const fits = plan.inFloat32?.fits === true;
  if (loads && isTraining && (fits || best)) return <p className="field-help">{say("ui-train/busy")}</p>;
  return (
    <div className="actions">
      {plan.inFloat32 && (fits || best) ? (
        <button type="button" className="button" disabled={isLoading} onClick={() => void chooseInFloat32(kind, best?.change ?? {})}>
          {best ? say("methods/load-float32-with", { what: best.what }) : say("methods/load-float32")}
        </button>
      ) : null}
      {!plan.inFloat32 && best ? (
        <button type="button" className="button" disabled={isLoading} onClick={() => void chooseWith(kind, best.change)}>
          {say("methods/choose-with", { what: best.what })}
        </button>
      ) : null}
      {!fits && cheaper ? (
        <button type="button" className="button" onClick={() => chooseMethod(cheaper)}>
          {say("methods/choose-instead", { method: words(`method/${cheaper}-label`) })}
        </button>
      ) : null}
    </div>
  );
}
