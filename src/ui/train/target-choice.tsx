// Which linear layers get an adapter, under the names that PEFT uses.
import { targetModules } from "../../config/run-config.ts";
import { toggleTarget, useTrainForm } from "../../state/train-form.ts";

export function TargetChoice({ error }: { readonly error: string | undefined }) {
  const targets = useTrainForm((form) => form.targets);
  return (
    <fieldset className="targets">
      <legend className="field-label">Target modules</legend>
      <div className="checks">
        {targetModules.map((target) => (
          <label key={target} className="check">
            <input type="checkbox" checked={targets.includes(target)} onChange={() => toggleTarget(target)} />
            <span>{target}</span>
          </label>
        ))}
      </div>
      <p className={error === undefined ? "field-help" : "field-error"}>{error ?? "The layers that learn."}</p>
    </fieldset>
  );
}
