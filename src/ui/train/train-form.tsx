// The form of a run, generated from the table of knobs: a short basic part, and the rest behind a disclosure.
import { useState } from "react";
import { schedules, type ScheduleName } from "../../config/run-config.ts";
import { useDataset } from "../../state/dataset-store.ts";
import { modelNotReady, useModel } from "../../state/model-store.ts";
import { startRun } from "../../state/run-actions.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import {
  advancedKnobs,
  basicKnobs,
  presets,
  readForm,
  resetForm,
  setKnob,
  setRunName,
  setSchedule,
  useTrainForm,
  type FormErrors,
} from "../../state/train-form.ts";
import { DataCheckSummary } from "../data/data-check.tsx";
import { Field } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { KnobField } from "./knob-field.tsx";
import { RunBudget } from "./run-budget.tsx";
import { TargetChoice } from "./target-choice.tsx";

export function TrainForm() {
  const form = useTrainForm();
  const contextLength = useModel((state) => state.model?.contextLength ?? null);
  const { errors } = readForm(form, contextLength);
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
        New run
      </h2>
      <Presets />
      <div className="fields">
        {basicKnobs.map((name) => (
          <KnobField key={name} name={name} error={errors[name]} />
        ))}
      </div>
      <DataCheckSummary />
      <RunBudget />
      <Start hasErrors={Object.keys(errors).length > 0} />
      <Advanced errors={errors} />
    </form>
  );
}

function Presets() {
  const steps = useTrainForm(({ numbers }) => numbers.steps);
  const chosen = presets.find((preset) => String(preset.steps) === steps)?.name ?? null;
  return (
    <Segmented
      legend="How long"
      options={presets.map(({ name }) => ({ value: name, label: name }))}
      value={chosen}
      onChange={(name) => setKnob("steps", String(presets.find((preset) => preset.name === name)?.steps ?? steps))}
    />
  );
}

function Advanced({ errors }: { readonly errors: FormErrors }) {
  const name = useTrainForm((form) => form.name);
  const schedule = useTrainForm((form) => form.schedule);
  const [open, setOpen] = useState(false);
  // An error is never hidden; what it opened stays open once it is corrected.
  const hasError = [...advancedKnobs, "targets" as const].some((knob) => errors[knob] !== undefined);
  return (
    <details className="advanced" open={open || hasError} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Advanced</summary>
      <div className="advanced-body">
        <Field label="Run name" value={name} placeholder="Named after the data" onChange={setRunName} />
        <Segmented<ScheduleName>
          legend="Learning rate schedule"
          options={schedules.map((value) => ({ value, label: value[0]?.toUpperCase() + value.slice(1) }))}
          value={schedule}
          onChange={setSchedule}
        />
        <TargetChoice error={errors.targets} />
        <div className="fields">
          {advancedKnobs.map((knob) => (
            <KnobField key={knob} name={knob} error={errors[knob]} />
          ))}
        </div>
        <button type="button" className="button button-quiet" onClick={resetForm}>
          Back to the defaults
        </button>
      </div>
    </details>
  );
}

function Start({ hasErrors }: { readonly hasErrors: boolean }) {
  const starting = useRuns((state) => state.starting);
  const reason = useBlocked(hasErrors);
  return (
    <div className="start">
      <button type="submit" className="button button-primary button-large" disabled={reason !== undefined} aria-describedby="train-note">
        <Icon name="play" />
        Train
      </button>
      <p id="train-note" className="muted">
        {starting ? `${starting.what} …` : reason}
      </p>
      {starting && starting.fraction !== null ? (
        <ProgressBar label="Tokenizing" value={Math.round(starting.fraction * 100)} max={100} text={starting.what} />
      ) : null}
    </div>
  );
}

/** Why Train cannot be pressed now; undefined where it can. */
function useBlocked(hasErrors: boolean): string | undefined {
  const hasData = useDataset((state) => state.report !== null);
  const notReady = useModel(modelNotReady);
  const hasTokenizer = useModel((state) => state.tokenizer === "open");
  const isStarting = useRuns((state) => state.starting !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  if (isStarting) return "Starting …";
  if (isTraining) return "A run is training. Pause or stop it to start another.";
  if (!hasData) return "Choose a dataset in step 1 first.";
  if (notReady !== undefined) return notReady;
  if (!hasTokenizer) return "The model's tokenizer could not be read. Load the model again.";
  return hasErrors ? "Correct the marked fields first." : undefined;
}
