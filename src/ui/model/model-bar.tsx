// Which model is loaded, on which engine, and the ways to change both.
import { useState } from "react";
import { quantizationTable } from "../../config/quantizations.ts";
import { formatCompact } from "../../metrics/format.ts";
import { cancelLoad, dismissModelError, loadModel, switchEngine } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import type { ModelInfo } from "../../state/view-types.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { Icon } from "../parts/icon.tsx";
import { EngineSwitch } from "./engine-switch.tsx";
import { LoadBudget } from "./load-budget.tsx";
import { LoadProgressView } from "./load-progress.tsx";
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
          <CancelLoad />
          <button type="button" className="button" aria-expanded={open} aria-controls="model-panel" onClick={() => setOpen(!open)}>
            {open ? "Close" : "Change model"}
          </button>
        </div>
      </div>
      <ModelError />
      <LoadBudget />
      <div id="model-panel" hidden={!open}>
        <ModelPicker />
      </div>
    </section>
  );
}

function CancelLoad() {
  const isLoading = useModel((state) => state.loading !== null);
  return isLoading ? (
    <button type="button" className="button" onClick={() => void cancelLoad()}>
      Cancel loading
    </button>
  ) : null;
}

function ModelLine() {
  const model = useModel((state) => state.model);
  const loading = useModel((state) => state.loading);
  const withoutGpu = useModel(({ report }) => (report?.webgpu.available === false ? report.webgpu.reason : undefined));
  if (loading) return <LoadProgressView loading={loading} />;
  return (
    <div className="model-line">
      <p className="model-name">{model ? describeModel(model) : "No model is loaded"}</p>
      <p className="model-engine" data-testid="engine-line">
        {describeEngine(model, withoutGpu)}
      </p>
      {model?.cache.state === "from cache" && model.cache.reason ? <p className="model-engine">{model.cache.reason}</p> : null}
    </div>
  );
}

/** Without an explicit choice, the engine's own words already say why it is not WebGPU. */
function describeEngine(model: ModelInfo | null, withoutGpu: string | undefined): string {
  if (!model) return "Choose an engine and a model to begin.";
  const said = model.engineDescription;
  return withoutGpu === undefined || said.includes(withoutGpu) ? said : `${said}. WebGPU cannot be used: ${withoutGpu}.`;
}

function describeWeights({ quantization, quantizeHead }: ModelInfo): string {
  const { label } = quantizationTable[quantization];
  return quantizeHead ? `${label}, head too` : label;
}

function describeModel(model: ModelInfo): string {
  const parameters = `${formatCompact(model.parameters)} parameters`;
  return [model.name, parameters, describeWeights(model), `context ${model.contextLength}`].join(" · ");
}

function ModelError() {
  const error = useModel((state) => state.error);
  const model = useModel((state) => state.model);
  if (!error) return null;
  const kept = model ? `${model.name} stays loaded.` : undefined;
  return (
    <ErrorNotice error={error} onDismiss={dismissModelError} {...(kept ? { kept } : {})}>
      {model ? null : <LoadAgain />}
      {model ? null : <WayOn engineFailed={error.code.startsWith("engine/")} />}
    </ErrorNotice>
  );
}

function LoadAgain() {
  return (
    <button type="button" className="button" onClick={() => void loadModel()}>
      Load again
    </button>
  );
}

/** Nothing is loaded: the other engine where this one cannot be had, else the model that comes with the app. */
function WayOn({ engineFailed }: { readonly engineFailed: boolean }) {
  const goOn = (): void => void (engineFailed ? switchEngine("wasm") : loadModel({ source: { kind: "bundled" } }));
  return (
    <button type="button" className="button" onClick={goOn}>
      {engineFailed ? "Use WASM" : "Load the bundled model"}
    </button>
  );
}
