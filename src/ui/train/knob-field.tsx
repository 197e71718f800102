// One number of the form, described by the table of knobs.
import type { NumberKnobName } from "../../config/run-config.ts";
import { refreshPreview } from "../../state/dataset-actions.ts";
import { useDataset } from "../../state/dataset-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { setKnob, useTrainForm } from "../../state/train-form.ts";
import type { Text } from "../../words/message.ts";
import { Field } from "../parts/field.tsx";

export function KnobField({ name, error }: { readonly name: NumberKnobName; readonly error: Text | undefined }) {
  const value = useTrainForm(({ numbers }) => numbers[name]);
  const { say, text } = useSpeaker();
  const notUsed = useShareNotUsed(name === "validationFraction");
  const change = (typed: string): void => {
    setKnob(name, typed);
    // Which examples are too long depends on it.
    if (name === "seqLength" || name === "validationFraction") void refreshPreview();
  };
  return (
    <Field
      label={say(`knob/${name}-label`)}
      value={value}
      help={notUsed ?? say(`knob/${name}-help`)}
      error={error && text(error)}
      numeric
      onChange={change}
    />
  );
}

/** That the share counts for nothing, where a file is kept for validation. */
function useShareNotUsed(isShare: boolean): string | null {
  const { say } = useSpeaker();
  const report = useDataset((state) => state.report);
  const validation = useDataset((state) => state.validation?.report);
  if (!isShare || !report || !validation) return null;
  return say("validation/share-not-used", { name: validation.name, learned: report.name });
}
