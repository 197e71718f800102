// One measure over the steps, small.
import { memo } from "react";
import { Line, LineChart, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { useSpeaker } from "../../state/language.ts";
import type { SeriesRow } from "../../state/run-charts.ts";

interface SmallChartProps {
  readonly title: string;
  readonly rows: readonly SeriesRow[];
  readonly steps: number;
}

export const SmallChart = memo(function SmallChart({ title, rows, steps }: SmallChartProps) {
  const { say, format } = useSpeaker();
  const last = format.measure(rows.at(-1)?.value);
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <span className="chart-title">{title}</span>
        <span className="chart-value">{last}</span>
      </figcaption>
      {/* A drawing made of elements: an img element cannot hold it. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div className="chart-area chart-area-small" role="img" aria-label={say("ui-train/chart-now", { title, last })}>
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={rows} margin={{ top: 4, right: 4, bottom: 4, left: 4 }} accessibilityLayer={false}>
            <XAxis dataKey="step" type="number" domain={[0, steps]} hide />
            <YAxis domain={[0, "auto"]} hide />
            <Line dataKey="value" stroke="var(--accent)" strokeWidth={1.5} dot={false} isAnimationActive={false} />
          </LineChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
});
