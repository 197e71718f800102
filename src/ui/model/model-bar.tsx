// Which model is loaded, on which engine, and the ways to change both.
import { useState } from "react";
import { formatCompact } from "../../metrics/format.ts";
import { dismissModelError, loadModel } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import type { ModelInfo } from "../../state/view-types.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { Icon } from "../parts/icon.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { EngineSwitch } from "./engine-switch.tsx";
import { ModelPicker } from "./model-picker.tsx";

export function ModelBar() {
  const [open, setOpen] = useState(false);
  return (
    <section className="model-bar" aria-label="Model and engine">
      <div className="model-row">
        <Icon name="chip" />
        <ModelLine />
        <div className="model-controls">
          <EngineSwitch />
          <button type="button" className="button" aria-expanded={open} aria-controls="model-panel" onClick={() => setOpen(!open)}>
            {open ? "Close" : "Change model"}
          </button>
        </div>
      </div>
      <div id="model-panel" hidden={!open}>
        <ModelPicker />
      </div>
      <ModelError />
    </section>
  );
}

function ModelLine() {
  const model = useModel((state) => state.model);
  const loading = useModel((state) => state.loading);
  const withoutGpu = useModel(({ report }) => (report?.webgpu.available === false ? report.webgpu.reason : undefined));
  if (loading) {
    const percent = Math.round(loading.fraction * 100);
    return (
      <div className="model-line">
        <p className="model-name">Loading the model, {percent}%</p>
        <p className="model-engine">{loading.detail}</p>
        <ProgressBar label="Loading the model" value={percent} max={100} text={`${percent}%, ${loading.detail}`} />
      </div>
    );
  }
  return (
    <div className="model-line">
      <p className="model-name">{model ? describeModel(model) : "No model is loaded"}</p>
      <p className="model-engine" data-testid="engine-line">
        {model ? model.engineDescription : "Choose a model to begin."}
        {/* Without an explicit choice, the engine's own words say it already. */}
        {withoutGpu && !model?.engineDescription.includes(withoutGpu) ? `. WebGPU cannot be used: ${withoutGpu}.` : null}
      </p>
    </div>
  );
}

const precision = { int4: "int4", none: "f32" } as const satisfies Record<ModelInfo["quantization"], string>;

function describeModel(model: ModelInfo): string {
  const parameters = `${formatCompact(model.parameters)} parameters`;
  return [model.name, parameters, precision[model.quantization], `context ${model.contextLength}`].join(" · ");
}

function ModelError() {
  const error = useModel((state) => state.error);
  const model = useModel((state) => state.model);
  if (!error) return null;
  const kept = model ? `${model.name} stays loaded.` : undefined;
  return (
    <ErrorNotice error={error} onDismiss={dismissModelError} {...(kept ? { kept } : {})}>
      {model ? null : (
        <button type="button" className="button" onClick={() => void loadModel({ source: { kind: "bundled" } })}>
          Load the bundled model
        </button>
      )}
    </ErrorNotice>
  );
}
