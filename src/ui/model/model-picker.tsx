// Another model: the bundled one, or a folder in Hugging Face's layout from this computer.
import { formatBytes } from "../../metrics/format.ts";
import { loadModel, loadModelFiles } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import type { ModelInfo } from "../../state/view-types.ts";
import { FileButton } from "../parts/file-button.tsx";
import { QuantizationChoice } from "./quantization-choice.tsx";

export function ModelPicker() {
  const model = useModel((state) => state.model);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  return (
    <div className="model-picker">
      <div className="model-choice">
        <h2 className="heading-small">Model</h2>
        <p className="muted">
          A Llama model as a folder: config.json, model.safetensors, tokenizer.json and tokenizer_config.json. You can also drop the folder
          on the page.
        </p>
        <div className="actions">
          <FileButton label="Choose a model folder" folder onFiles={(files) => void loadModelFiles(files)} />
          <FileButton label="Choose model files" multiple onFiles={(files) => void loadModelFiles(files)} />
          <button type="button" className="button" onClick={() => void loadModel({ source: { kind: "bundled" } })}>
            Use the bundled model
          </button>
        </div>
        {isTraining ? <p className="muted">Pause or stop the run before you load another model.</p> : null}
      </div>
      <div className="model-choice">
        <QuantizationChoice />
        {model ? <ModelFacts model={model} /> : null}
      </div>
    </div>
  );
}

function ModelFacts({ model }: { readonly model: ModelInfo }) {
  const facts = [
    ["Family", model.family],
    ["Layers", String(model.layers)],
    ["Width", String(model.hiddenSize)],
    ["Vocabulary", String(model.vocabularySize)],
    ["Weights held", formatBytes(model.weightBytes)],
    ["Chat template", model.hasChatTemplate ? "its own" : "plain"],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
