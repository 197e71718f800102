// What is trained: the recommended method in view, the others behind a disclosure, by their families. What the loaded model or the memory
// here rules out stays in the list.
import { otherMethods, recommendedMethod } from "../../config/method-groups.ts";
import { methodGroupNames, type MethodGroup } from "../../config/methods.ts";
import { useBudget } from "../../state/budget-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { openMethods, useMethodPlans } from "../../state/method-plans.ts";
import { useTrainForm } from "../../state/train-form.ts";
import { MethodOption } from "./method-option.tsx";

export function MethodChoice() {
  const { say } = useSpeaker();
  return (
    <fieldset className="methods">
      <legend className="field-label">{say("section/method-label")}</legend>
      <MethodOption kind={recommendedMethod} />
      <Others />
    </fieldset>
  );
}

function Others() {
  const chosen = useTrainForm((form) => form.method);
  const isOpen = useMethodPlans((state) => state.isOpen);
  // Why the chosen one cannot be is never hidden.
  const isRefused = useBudget((state) => state.refused !== null) && chosen !== recommendedMethod;
  const { say } = useSpeaker();
  const title =
    chosen === recommendedMethod ? say("methods/others") : say("methods/other-chosen", { method: say(`method/${chosen}-label`) });
  return (
    <details className="other-methods" open={isOpen || isRefused} onToggle={(event) => openMethods(event.currentTarget.open)}>
      <summary>{title}</summary>
      <div className="method-groups">
        {methodGroupNames.map((group) => (
          <Group key={group} group={group} />
        ))}
        <p className="field-help">{say("methods/about")}</p>
      </div>
    </details>
  );
}

function Group({ group }: { readonly group: MethodGroup }) {
  const kinds = otherMethods(group);
  const { say } = useSpeaker();
  if (kinds.length === 0) return null;
  return (
    <section className="method-group" aria-labelledby={`methods-${group}`}>
      <h3 id={`methods-${group}`} className="heading-tiny">
        {say(`method-group/${group}`)}
      </h3>
      <p className="field-help">{say(`method-group/${group}-help`)}</p>
      {kinds.map((kind) => (
        <MethodOption key={kind} kind={kind} />
      ))}
    </section>
  );
}
