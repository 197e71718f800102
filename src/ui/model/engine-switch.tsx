// WebGPU or WASM. What is chosen here is never replaced silently: where it cannot be had, the bar says so.
import type { Speaker } from "../../language/speaker.ts";
import { useSpeaker } from "../../state/language.ts";
import { switchEngine } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import type { EngineReport, ExecutionProvider } from "../../state/view-types.ts";
import { words } from "../../words/message.ts";
import { Segmented, type Option } from "../parts/segmented.tsx";

export function EngineSwitch() {
  const report = useModel((state) => state.report);
  const provider = useModel((state) => state.model?.provider ?? null);
  const isLoading = useModel((state) => state.loading !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const speaker = useSpeaker();
  const busy = isLoading ? speaker.say("ui-model/is-loading") : isTraining ? speaker.say("ui-model/is-training") : undefined;
  return (
    <Segmented
      legend={speaker.say("ui-model/engine")}
      hideLegend
      options={engineOptions(report, busy, speaker)}
      value={provider}
      onChange={(chosen) => void switchEngine(chosen)}
    />
  );
}

function engineOptions(report: EngineReport | null, busy: string | undefined, { say }: Speaker): Option<ExecutionProvider>[] {
  const reason = report?.webgpu.reason ?? words("ui-model/unknown-reason");
  const noGpu = report && !report.webgpu.available ? say("ui-model/no-gpu", { reason }) : undefined;
  return [
    { value: "webgpu", label: "WebGPU", disabledReason: noGpu ?? busy },
    { value: "wasm", label: "WASM", disabledReason: busy },
  ];
}
