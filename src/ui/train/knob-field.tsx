// One number of the form, described by the table of knobs.
import { numberKnobs, type NumberKnobName } from "../../config/run-config.ts";
import { refreshPreview } from "../../state/dataset-actions.ts";
import { setKnob, useTrainForm } from "../../state/train-form.ts";
import { Field } from "../parts/field.tsx";

export function KnobField({ name, error }: { readonly name: NumberKnobName; readonly error: string | undefined }) {
  const value = useTrainForm(({ numbers }) => numbers[name]);
  const { label, help } = numberKnobs[name];
  const change = (text: string): void => {
    setKnob(name, text);
    // Which examples are too long depends on it.
    if (name === "seqLength" || name === "validationFraction") void refreshPreview();
  };
  return <Field label={label} value={value} help={help} error={error} numeric onChange={change} />;
}
