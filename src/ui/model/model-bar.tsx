// Which model is loaded, on which engine, and the ways to change both.
import { useState } from "react";
import type { Speaker } from "../../language/speaker.ts";
import { useSpeaker } from "../../state/language.ts";
import { cancelLoad, dismissModelError, loadModel, switchEngine } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import type { ModelInfo } from "../../state/view-types.ts";
import type { Text } from "../../words/message.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { Icon } from "../parts/icon.tsx";
import { EngineSwitch } from "./engine-switch.tsx";
import { LoadBudget } from "./load-budget.tsx";
import { LoadProgressView } from "./load-progress.tsx";
import { ModelPicker } from "./model-picker.tsx";
import { weightsOf } from "../../state/weights-words.ts";

export function ModelBar() {
  const [open, setOpen] = useState(false);
  const { say } = useSpeaker();
  return (
    <section className="model-bar" aria-label={say("ui-model/bar")}>
      <div className="model-row">
        <Icon name="chip" />
        <ModelLine />
        <div className="model-controls">
          <EngineSwitch />
          <CancelLoad />
          <button type="button" className="button" aria-expanded={open} aria-controls="model-panel" onClick={() => setOpen(!open)}>
            {open ? say("ui-model/close") : say("ui-model/change")}
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
  const { say } = useSpeaker();
  return isLoading ? (
    <button type="button" className="button" onClick={() => void cancelLoad()}>
      {say("ui-model/cancel")}
    </button>
  ) : null;
}

function ModelLine() {
  const model = useModel((state) => state.model);
  const loading = useModel((state) => state.loading);
  const withoutGpu = useModel(({ report }) => (report?.webgpu.available === false ? report.webgpu.reason : undefined));
  const speaker = useSpeaker();
  if (loading) return <LoadProgressView loading={loading} />;
  return (
    <div className="model-line">
      <p className="model-name">{model ? describeModel(model, speaker) : speaker.say("ui-model/none")}</p>
      <p className="model-engine" data-testid="engine-line">
        {describeEngine(model, withoutGpu, speaker)}
      </p>
      {model?.held.reason ? (
        <p className="model-engine" data-testid="held-line">
          {speaker.text(model.held.reason)}
        </p>
      ) : null}
      {model?.cache.state === "from-cache" && model.cache.reason ? (
        <p className="model-engine">{speaker.text(model.cache.reason)}</p>
      ) : null}
    </div>
  );
}

/** Without an explicit choice, the engine's own words already say why it is not WebGPU. */
function describeEngine(model: ModelInfo | null, withoutGpu: Text | undefined, { say, text }: Speaker): string {
  if (!model) return say("ui-model/begin");
  const { engineDescription: engine, saysWhyNotWebGpu } = model;
  if (withoutGpu === undefined || saysWhyNotWebGpu) return text(engine);
  return say("ui-model/engine-without-gpu", { engine, reason: withoutGpu });
}

function describeModel({ name, parameters, contextLength, ...held }: ModelInfo, { say }: Speaker): string {
  return say("ui-model/line", { name, parameters, weights: weightsOf(held), context: contextLength });
}

function ModelError() {
  const error = useModel((state) => state.error);
  const model = useModel((state) => state.model);
  const { say } = useSpeaker();
  if (!error) return null;
  const kept = model ? say("ui-model/stays", { name: model.name }) : undefined;
  return (
    <ErrorNotice error={error} onDismiss={dismissModelError} {...(kept ? { kept } : {})}>
      {model ? null : <LoadAgain />}
      {model ? null : <WayOn engineFailed={error.code.startsWith("engine/")} />}
    </ErrorNotice>
  );
}

function LoadAgain() {
  const { say } = useSpeaker();
  return (
    <button type="button" className="button" onClick={() => void loadModel()}>
      {say("ui-model/load-again")}
    </button>
  );
}

/** Nothing is loaded: the other engine where this one cannot be had, else the model that comes with the app. */
function WayOn({ engineFailed }: { readonly engineFailed: boolean }) {
  const goOn = (): void => void (engineFailed ? switchEngine("wasm") : loadModel({ source: { kind: "bundled" } }));
  const { say } = useSpeaker();
  return (
    <button type="button" className="button" onClick={goOn}>
      {engineFailed ? say("ui-model/use-wasm") : say("ui-model/load-bundled")}
    </button>
  );
}
