// The curves of a run.
import { useDeferredValue } from "react";
import { useSpeaker } from "../../state/language.ts";
import { curvesOf, describeLoss } from "../../state/run-charts.ts";
import type { RunView } from "../../state/run-view.ts";
import { LossChart } from "../charts/loss-chart.tsx";
import { SmallChart } from "../charts/small-chart.tsx";

export function RunCharts({ view }: { readonly view: RunView }) {
  // Drawing may lag behind a fast run; typing and pressing may not.
  const shown = useDeferredValue(view);
  const curves = curvesOf(shown);
  const { steps } = shown.record.config.stopping;
  const { say, text } = useSpeaker();
  return (
    <div className="charts">
      <LossChart rows={curves.loss} steps={steps} summary={text(describeLoss(shown))} />
      <div className="charts-small">
        <SmallChart title={say("ui-train/learning-rate")} rows={curves.learningRate} steps={steps} />
        <SmallChart title={say("ui-train/gradient-norm")} rows={curves.gradNorm} steps={steps} />
      </div>
    </div>
  );
}
