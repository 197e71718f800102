// The loss while it is learned: every step faint, its average strong, the validation loss as dots on a dashed line.
import { memo } from "react";
import { Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis, CartesianGrid } from "recharts";
import { useSpeaker } from "../../state/language.ts";
import type { LossRow } from "../../state/run-charts.ts";

interface LossChartProps {
  readonly rows: readonly LossRow[];
  readonly steps: number;
  readonly summary: string;
}

export function LossChart({ rows, steps, summary }: LossChartProps) {
  const { say } = useSpeaker();
  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <span className="chart-title">{say("ui-train/loss")}</span>
        <span className="chart-key chart-key-smooth">{say("ui-train/curve-smooth")}</span>
        <span className="chart-key chart-key-raw">{say("ui-train/curve-training")}</span>
        <span className="chart-key chart-key-validation">{say("ui-train/curve-validation")}</span>
      </figcaption>
      {/* A drawing made of elements: an img element cannot hold it. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div className="chart-area chart-area-large" role="img" aria-label={summary}>
        {rows.length === 0 ? <p className="chart-empty">{say("ui-train/chart-empty")}</p> : <Curves rows={rows} steps={steps} />}
      </div>
    </figure>
  );
}

const Curves = memo(function Curves({ rows, steps }: Pick<LossChartProps, "rows" | "steps">) {
  const { format } = useSpeaker();
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
          tickFormatter={format.count}
        />
        <YAxis
          width={44}
          stroke="var(--ink-soft)"
          tickLine={false}
          axisLine={false}
          tick={{ fontSize: 12 }}
          tickFormatter={format.measure}
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
  const { say } = useSpeaker();
  const row = payload?.[0]?.payload;
  if (!active || !row) return null;
  const lines = [
    ["ui-train/tip-training", row.loss],
    ["ui-train/tip-smooth", row.smooth],
    ["ui-train/tip-validation", row.validation],
  ] as const;
  return (
    <div className="chart-tip">
      <p>{say("ui-train/tip-step", { step: row.step })}</p>
      {lines.map(([key, loss]) => (loss === undefined ? null : <p key={key}>{say(key, { loss })}</p>))}
    </div>
  );
}
