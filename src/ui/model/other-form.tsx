// Adds a form to the table that is not in it from the start.
import { useId, useState } from "react";
import { addToComparison } from "../../state/compare-actions.ts";
import { keyOf, type CompareState } from "../../state/compare-store.ts";
import { useSpeaker } from "../../state/language.ts";

export function OtherForm({ state: { listed, shown } }: { readonly state: CompareState }) {
  const id = useId();
  const [chosen, setChosen] = useState("");
  const { say, text } = useSpeaker();
  const others = listed.filter(({ form }) => !shown.includes(keyOf(form)));
  const [first] = others;
  if (!first) return null;
  const value = others.some(({ form }) => keyOf(form) === chosen) ? chosen : keyOf(first.form);
  return (
    <div className="compare-other">
      <label className="visually-hidden" htmlFor={id}>
        {say("compare/other-form")}
      </label>
      <select id={id} className="input" value={value} onChange={(event) => setChosen(event.target.value)}>
        {others.map(({ form, label }) => (
          <option key={keyOf(form)} value={keyOf(form)}>
            {text(label)}
          </option>
        ))}
      </select>
      <button type="button" className="button" onClick={() => addToComparison(value)}>
        {say("compare/add")}
      </button>
    </div>
  );
}
