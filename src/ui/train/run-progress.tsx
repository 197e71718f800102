// How far the run is and how fast it goes.
import { formatDuration, formatMeasure, formatRate } from "../../metrics/format.ts";
import { paceOf } from "../../state/run-charts.ts";
import type { RunView } from "../../state/run-view.ts";
import { ProgressBar } from "../parts/progress-bar.tsx";

export function RunProgress({ view }: { readonly view: RunView }) {
  const { stepsDone, config, lastLoss, lastValidationLoss, phase } = view.record;
  const text = `Step ${stepsDone} of ${config.steps}`;
  const pace = paceOf(view);
  const remaining = phase === "running" && pace.remainingMs !== null ? formatDuration(pace.remainingMs) : "–";
  return (
    <div className="run-progress">
      <p className="run-step" data-testid="run-step">
        {text}
      </p>
      <ProgressBar label="Training progress" value={stepsDone} max={config.steps} text={text} />
      <dl className="measures">
        <Measure name="Loss" value={formatMeasure(lastLoss)} />
        <Measure name="Validation loss" value={formatMeasure(lastValidationLoss)} />
        <Measure name="Elapsed" value={formatDuration(pace.elapsedMs)} />
        <Measure name="Time left" value={remaining} />
        <Measure name="Tokens per second" value={formatRate(pace.tokensPerSecond)} />
      </dl>
    </div>
  );
}

function Measure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="measure">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
