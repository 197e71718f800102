// How far the run is and how fast it goes.
import { useSpeaker } from "../../state/language.ts";
import { paceOf } from "../../state/run-charts.ts";
import type { RunView } from "../../state/run-view.ts";
import { ProgressBar } from "../parts/progress-bar.tsx";

export function RunProgress({ view }: { readonly view: RunView }) {
  const { stepsDone, config, lastLoss, lastValidationLoss, phase } = view.record;
  const { say, format } = useSpeaker();
  const text = say("ui-page/run-step", { done: stepsDone, steps: config.stopping.steps });
  const pace = paceOf(view);
  const skipped = view.steps.reduce((sum, step) => sum + (step.skipped ?? 0), 0);
  const remaining = phase === "running" && pace.remainingMs !== null ? format.duration(pace.remainingMs) : "–";
  return (
    <div className="run-progress">
      <p className="run-step" data-testid="run-step">
        {text}
      </p>
      <ProgressBar label={say("ui-train/progress")} value={stepsDone} max={config.stopping.steps} text={text} />
      <dl className="measures">
        <Measure name={say("ui-train/loss")} value={format.measure(lastLoss)} />
        <Measure name={say("ui-train/validation-loss")} value={format.measure(lastValidationLoss)} />
        <Measure name={say("ui-train/elapsed")} value={format.duration(pace.elapsedMs)} />
        <Measure name={say("ui-train/time-left")} value={remaining} />
        <Measure name={say("ui-train/tokens-per-second")} value={format.rate(pace.tokensPerSecond)} />
        {skipped > 0 ? <Measure name={say("ui-train/skipped")} value={format.count(skipped)} /> : null}
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
