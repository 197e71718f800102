// WebGPU or WASM. What is chosen here is never replaced silently: where it cannot be had, the bar says so.
import { switchEngine } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import type { EngineReport, ExecutionProvider } from "../../state/view-types.ts";
import { Segmented, type Option } from "../parts/segmented.tsx";

export function EngineSwitch() {
  const report = useModel((state) => state.report);
  const provider = useModel((state) => state.model?.provider ?? null);
  const isLoading = useModel((state) => state.loading !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const busy = isLoading ? "A model is loading." : isTraining ? "Pause or stop the run first." : undefined;
  return (
    <Segmented
      legend="Engine"
      hideLegend
      options={engineOptions(report, busy)}
      value={provider}
      onChange={(chosen) => void switchEngine(chosen)}
    />
  );
}

function engineOptions(report: EngineReport | null, busy: string | undefined): Option<ExecutionProvider>[] {
  const noGpu = report && !report.webgpu.available ? `WebGPU cannot be used: ${report.webgpu.reason ?? "unknown reason"}.` : undefined;
  return [
    { value: "webgpu", label: "WebGPU", disabledReason: noGpu ?? busy },
    { value: "wasm", label: "WASM", disabledReason: busy },
  ];
}
