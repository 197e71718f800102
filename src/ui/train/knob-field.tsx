// One knob of the form, described by its table: a number or a text that is typed, a choice, a flag.
import { useId } from "react";
import { knobHelp, knobLabel, type ChoiceKnob, type Knob } from "../../config/knobs.ts";
import type { KnobName } from "../../config/run-config.ts";
import type { ScheduleName } from "../../config/schedules.ts";
import { refreshPreview } from "../../state/dataset-actions.ts";
import { useDataset } from "../../state/dataset-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { entryOf, knobIn, setKnob, useTrainForm } from "../../state/train-form.ts";
import { words, type Text } from "../../words/message.ts";
import { Field } from "../parts/field.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { SelectField } from "../parts/select-field.tsx";
import { TargetChoice } from "./target-choice.tsx";

interface KnobFieldProps {
  readonly name: KnobName;
  readonly error: Text | undefined;
}

export function KnobField({ name, error }: KnobFieldProps) {
  const knob = useTrainForm((form) => knobIn(form, name));
  if (!knob) return null;
  if (knob.type === "choice") return <KnobChoice name={name} knob={knob} />;
  if (knob.type === "flag") return <KnobFlag name={name} knob={knob} />;
  if (knob.type === "list" && knob.of === "targets") return <TargetChoice error={error} />;
  return <TypedKnob name={name} knob={knob} error={error} />;
}

/** Whether it takes a line of its own instead of a place among the fields. */
export function isWide(knob: Knob | undefined): boolean {
  return knob?.type === "flag" || (knob?.type === "list" && knob.of === "targets") || (knob?.type === "choice" && isSegmented(knob));
}

function isSegmented({ choices }: ChoiceKnob): boolean {
  return choices.length <= 3;
}

function TypedKnob({ name, knob, error }: KnobFieldProps & { readonly knob: Knob }) {
  const value = useTrainForm((form) => String(entryOf(form, name)));
  const { text } = useSpeaker();
  const notUsed = useShareNotUsed(name === "validationFraction");
  const change = (typed: string): void => {
    setKnob(name, typed);
    // Which examples are too long depends on it.
    if (name === "seqLength" || name === "validationFraction") void refreshPreview();
  };
  return (
    <Field
      label={text(knobLabel(name, knob))}
      value={value}
      help={notUsed ?? text(knobHelp(name, knob))}
      error={error && text(error)}
      numeric={knob.type === "number"}
      onChange={change}
    />
  );
}

function KnobChoice({ name, knob }: { readonly name: KnobName; readonly knob: ChoiceKnob }) {
  const value = useTrainForm((form) => String(entryOf(form, name)));
  const { text } = useSpeaker();
  const options = knob.choices.map((choice) => ({ value: choice, label: text(choiceWords(name, choice)) }));
  const change = (choice: string): void => setKnob(name, choice);
  const label = text(knobLabel(name, knob));
  if (isSegmented(knob)) return <Segmented legend={label} options={options} value={value} onChange={change} />;
  return <SelectField label={label} help={text(knobHelp(name, knob))} options={options} value={value} onChange={change} />;
}

/** Functions and shapes have the same names in all languages. */
function choiceWords(name: KnobName, choice: string): Text {
  return name === "schedule" ? words(`schedule/${choice as ScheduleName}`) : choice;
}

function KnobFlag({ name, knob }: { readonly name: KnobName; readonly knob: Knob }) {
  const id = useId();
  const checked = useTrainForm((form) => entryOf(form, name) === true);
  const { text } = useSpeaker();
  return (
    <div className="field">
      <label className="check">
        <input type="checkbox" checked={checked} aria-describedby={id} onChange={(event) => setKnob(name, event.currentTarget.checked)} />
        <span>{text(knobLabel(name, knob))}</span>
      </label>
      <p id={id} className="field-help">
        {text(knobHelp(name, knob))}
      </p>
    </div>
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
