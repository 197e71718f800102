// The form of a run, generated from the tables of knobs: a short basic part, and the rest behind a disclosure.
import { useState } from "react";
import { offeredKinds, type KnobName } from "../../config/run-config.ts";
import { useBudget } from "../../state/budget-store.ts";
import { useCompare } from "../../state/compare-store.ts";
import { useDataset } from "../../state/dataset-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { modelNotReady, useModel } from "../../state/model-store.ts";
import { cancelStart, startRun } from "../../state/run-actions.ts";
import { activeRun, useRuns, type Starting } from "../../state/runs-store.ts";
import {
  advancedKnobs,
  basicKnobs,
  chooseKind,
  entryOf,
  knobIn,
  makesTokenizer,
  presets,
  readForm,
  resetForm,
  setKnob,
  setRunName,
  useTrainForm,
  type FormErrors,
} from "../../state/train-form.ts";
import { DataCheckSummary } from "../data/data-check.tsx";
import { Field } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { SelectField } from "../parts/select-field.tsx";
import { isWide, KnobField } from "./knob-field.tsx";
import { MethodChoice } from "./method-choice.tsx";
import { RunBudget } from "./run-budget.tsx";

export function TrainForm() {
  const form = useTrainForm();
  const contextLength = useModel((state) => state.model?.contextLength ?? null);
  const { errors } = readForm(form, contextLength);
  const { say } = useSpeaker();
  return (
    <form
      className="card form"
      aria-labelledby="train-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void startRun();
      }}
    >
      <h2 id="train-title" className="heading-medium">
        {say("ui-train/new-run")}
      </h2>
      <Presets />
      <MethodChoice />
      <div className="fields">
        {basicKnobs(form).map((name) => (
          <KnobField key={name} name={name} error={errors[name]} />
        ))}
      </div>
      {makesTokenizer(form) ? <p className="muted">{say("ui-train/counted-later")}</p> : <DataCheckSummary />}
      <RunBudget />
      <Start hasErrors={Object.keys(errors).length > 0} />
      <Advanced errors={errors} />
    </form>
  );
}

function Presets() {
  const steps = useTrainForm((form) => entryOf(form, "steps"));
  const chosen = presets.find((preset) => String(preset.steps) === steps)?.id ?? null;
  const { say } = useSpeaker();
  return (
    <Segmented
      legend={say("ui-train/how-long")}
      options={presets.map(({ id }) => ({ value: id, label: say(`train/preset-${id}`) }))}
      value={chosen}
      onChange={(id) => setKnob("steps", String(presets.find((preset) => preset.id === id)?.steps ?? steps))}
    />
  );
}

function Optimizer() {
  const optimizer = useTrainForm((form) => form.optimizer);
  const { say } = useSpeaker();
  return (
    <SelectField
      label={say("section/optimizer-label")}
      options={offeredKinds.optimizer.map((value) => ({ value, label: say(`optimizer/${value}-label`) }))}
      value={optimizer}
      onChange={(kind) => chooseKind("optimizer", kind)}
    />
  );
}

function Advanced({ errors }: { readonly errors: FormErrors }) {
  const form = useTrainForm();
  const [open, setOpen] = useState(false);
  const { say } = useSpeaker();
  const knobs = advancedKnobs(form);
  const isOwnLine = (name: KnobName): boolean => isWide(knobIn(form, name));
  // An error is never hidden; what it opened stays open once it is corrected.
  const hasError = knobs.some((knob) => errors[knob] !== undefined);
  return (
    <details className="advanced" open={open || hasError} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say("ui-train/advanced")}</summary>
      <div className="advanced-body">
        <Field label={say("ui-train/run-name")} value={form.name} placeholder={say("ui-train/run-name-default")} onChange={setRunName} />
        <Optimizer />
        {knobs.filter(isOwnLine).map((knob) => (
          <KnobField key={knob} name={knob} error={errors[knob]} />
        ))}
        <div className="fields">
          {knobs
            .filter((knob) => !isOwnLine(knob))
            .map((knob) => (
              <KnobField key={knob} name={knob} error={errors[knob]} />
            ))}
        </div>
        <button type="button" className="button button-quiet" onClick={resetForm}>
          {say("ui-train/defaults")}
        </button>
      </div>
    </details>
  );
}

function Start({ hasErrors }: { readonly hasErrors: boolean }) {
  const starting = useRuns((state) => state.starting);
  const isWrong = useBudget((state) => state.refused !== null) || hasErrors;
  const reason = useBlocked(isWrong);
  const { say } = useSpeaker();
  return (
    <div className="start">
      <button type="submit" className="button button-primary button-large" disabled={reason !== undefined} aria-describedby="train-note">
        <Icon name="play" />
        {say("ui-train/train")}
      </button>
      <p id="train-note" className="muted">
        {starting ? say("ui-train/doing", { what: starting.what }) : reason}
      </p>
      {isWrong && !starting ? (
        <button type="button" className="button button-quiet" onClick={({ currentTarget: { form } }) => showFault(form)}>
          {say("ui-train/show-fault")}
        </button>
      ) : null}
      {starting ? <UnderWay starting={starting} /> : null}
    </div>
  );
}

/** The form is longer than the window: goes to the first field that is marked, or to the reason where it is no single field's. */
function showFault(form: HTMLFormElement | null): void {
  const marked = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  const fault = marked ?? form?.querySelector<HTMLElement>(".field-error");
  fault?.scrollIntoView({ block: "center" });
  marked?.focus({ preventScroll: true });
}

function UnderWay({ starting: { what, fraction, isCancelled } }: { readonly starting: Starting }) {
  const { say, text } = useSpeaker();
  return (
    <div className="starting">
      {fraction === null ? null : (
        <ProgressBar label={say("ui-train/start-progress")} value={Math.round(fraction * 100)} max={100} text={text(what)} />
      )}
      {isCancelled ? null : (
        <button type="button" className="button" onClick={() => void cancelStart()}>
          {say("ui-train/cancel-start")}
        </button>
      )}
    </div>
  );
}

/** Why Train cannot be pressed now; undefined where it can. */
function useBlocked(isWrong: boolean): string | undefined {
  const hasData = useDataset((state) => state.report !== null);
  const notReady = useModel(modelNotReady);
  const hasTokenizer = useModel((state) => state.tokenizer === "open");
  const isStarting = useRuns((state) => state.starting !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const isComparing = useCompare((state) => state.working !== null);
  const { say, text } = useSpeaker();
  if (isStarting) return say("ui-train/starting");
  if (isTraining) return say("ui-train/busy");
  if (isComparing) return say("compare/is-measuring");
  if (!hasData) return say("ui-train/no-data");
  if (notReady !== undefined) return text(notReady);
  if (!hasTokenizer) return say("ui-train/no-tokenizer");
  return isWrong ? say("ui-train/wrong-fields") : undefined;
}
