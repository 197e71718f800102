// Models that need no network: files of this computer, or the one that comes with the app.
import { useSpeaker } from "../../state/language.ts";
import { loadModel, loadModelFiles } from "../../state/model-actions.ts";
import { FileButton } from "../parts/file-button.tsx";

export function LocalFiles() {
  const { say } = useSpeaker();
  return (
    <div className="model-choice">
      <h3 className="heading-tiny">{say("ui-model/local")}</h3>
      <p className="muted">{say("ui-model/local-help")}</p>
      <div className="actions">
        <FileButton label={say("ui-model/choose-folder")} folder onFiles={(files) => void loadModelFiles(files)} />
        <FileButton label={say("ui-model/choose-files")} multiple onFiles={(files) => void loadModelFiles(files)} />
        <button type="button" className="button" onClick={() => void loadModel({ source: { kind: "bundled" } })}>
          {say("ui-model/use-bundled")}
        </button>
      </div>
    </div>
  );
}
