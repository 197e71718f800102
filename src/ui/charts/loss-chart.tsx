// The loss while it is learned: every step faint, its average strong, the validation loss as dots on a dashed line.
import { memo } from "react";
import { Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis, CartesianGrid } from "recharts";
import { formatMeasure } from "../../metrics/format.ts";
import type { LossRow } from "../../state/run-charts.ts";

interface LossChartProps {
  readonly rows: readonly LossRow[];
  readonly steps: number;
  readonly summary: string;
}

export function LossChart({ rows, steps, summary }: LossChartProps) {
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <span className="chart-title">Loss</span>
        <span className="chart-key chart-key-smooth">Training, smoothed</span>
        <span className="chart-key chart-key-raw">Training</span>
        <span className="chart-key chart-key-validation">Validation</span>
      </figcaption>
      {/* A drawing made of elements: an img element cannot hold it. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div className="chart-area chart-area-large" role="img" aria-label={summary}>
        {rows.length === 0 ? <p className="chart-empty">The curve begins with the first step.</p> : <Curves rows={rows} steps={steps} />}
      </div>
    </figure>
  );
}

const Curves = memo(function Curves({ rows, steps }: Pick<LossChartProps, "rows" | "steps">) {
  const common = { isAnimationActive: false, connectNulls: true, activeDot: { r: 3 } } as const;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart data={rows} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="step"
          type="number"
          domain={[0, steps]}
          stroke="var(--ink-soft)"
          tickLine={false}
          axisLine={{ stroke: "var(--line)" }}
          tick={{ fontSize: 12 }}
        />
        <YAxis
          width={44}
          stroke="var(--ink-soft)"
          tickLine={false}
          axisLine={false}
          tick={{ fontSize: 12 }}
          tickFormatter={formatMeasure}
          domain={[0, "auto"]}
        />
        <Tooltip content={LossTooltip} isAnimationActive={false} />
        <Line {...common} dataKey="loss" stroke="var(--accent)" strokeOpacity={0.45} strokeWidth={1} dot={rows.length === 1} />
        <Line {...common} dataKey="smooth" stroke="var(--accent)" strokeWidth={2} dot={false} />
        <Line
          {...common}
          dataKey="validation"
          stroke="var(--second)"
          strokeWidth={2}
          strokeDasharray="5 4"
          dot={{ r: 3, strokeDasharray: "" }}
        />
      </LineChart>
    </ResponsiveContainer>
  );
});

interface TooltipProps {
  readonly active?: boolean;
  readonly payload?: ReadonlyArray<{ readonly payload?: LossRow }>;
}

function LossTooltip({ active, payload }: TooltipProps) {
  const row = payload?.[0]?.payload;
  if (!active || !row) return null;
  const lines = [
    ["Training", row.loss],
    ["Smoothed", row.smooth],
    ["Validation", row.validation],
  ] as const;
  return (
    <div className="chart-tip">
      <p>Step {row.step}</p>
      {lines.map(([name, value]) => (value === undefined ? null : <p key={name}>{`${name} ${formatMeasure(value)}`}</p>))}
    </div>
  );
}
