// Which linear layers get an adapter, under the names that PEFT uses. Which there are, the loaded model says.
import { familyDefault } from "../../config/methods.ts";
import { useSpeaker } from "../../state/language.ts";
import { useModel } from "../../state/model-store.ts";
import { chosenTargets, entryOf, toggleTarget, useTrainForm } from "../../state/train-form.ts";
import type { Text } from "../../words/message.ts";

const none: readonly string[] = [];

export function TargetChoice({ error }: { readonly error: Text | undefined }) {
  const available = useModel((state) => state.model?.targetModules ?? none);
  const targets = useTrainForm((form) => entryOf(form, "targets") as readonly string[]);
  const chosen = chosenTargets(targets, available);
  const hasDefault = useTrainForm((form) => form.method === "ia3");
  const { say, text } = useSpeaker();
  return (
    <fieldset className="targets">
      <legend className="field-label">{say("knob/targets-label")}</legend>
      <div className="checks">
        {hasDefault ? (
          <label className="check">
            <input type="checkbox" checked={targets.includes(familyDefault)} onChange={() => toggleTarget(familyDefault, available)} />
            <span>{say("ui-train/targets-default")}</span>
          </label>
        ) : null}
        {available.map((target) => (
          <label key={target} className="check">
            <input type="checkbox" checked={chosen.includes(target)} onChange={() => toggleTarget(target, available)} />
            <span>{target}</span>
          </label>
        ))}
      </div>
      <p className={error === undefined ? "field-help" : "field-error"}>{error === undefined ? say("knob/targets-help") : text(error)}</p>
    </fieldset>
  );
}
