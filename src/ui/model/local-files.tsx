// Models that need no network: files of this computer, or the one that comes with the app.
import { loadModel, loadModelFiles } from "../../state/model-actions.ts";
import { FileButton } from "../parts/file-button.tsx";

export function LocalFiles() {
  return (
    <div className="model-choice">
      <h3 className="heading-tiny">From this computer</h3>
      <p className="muted">
        A folder with config.json, model.safetensors or its shards, tokenizer.json and tokenizer_config.json; or one .gguf file. You can
        also drop them on the page.
      </p>
      <div className="actions">
        <FileButton label="Choose a model folder" folder onFiles={(files) => void loadModelFiles(files)} />
        <FileButton label="Choose model files" multiple onFiles={(files) => void loadModelFiles(files)} />
        <button type="button" className="button" onClick={() => void loadModel({ source: { kind: "bundled" } })}>
          Use the bundled model
        </button>
      </div>
    </div>
  );
}
