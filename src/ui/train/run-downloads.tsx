// A run as files: its adapter for other programs, its state for another browser or another day.
import { makesModel } from "../../config/new-model.ts";
import { useSpeaker } from "../../state/language.ts";
import { exportAdapter, exportState } from "../../state/run-actions.ts";
import { useRuns } from "../../state/runs-store.ts";
import { Icon } from "../parts/icon.tsx";
import { saveFiles } from "../parts/save-files.ts";

/** @param first whether this is what the user should press now */
export function RunDownloads({ id, first = false }: { readonly id: string; readonly first?: boolean }) {
  const method = useRuns((state) => state.views[id]?.record.config.method);
  const isWhole = method !== undefined && makesModel(method);
  const { say } = useSpeaker();
  return (
    <>
      <button type="button" className={first ? "button button-primary" : "button"} onClick={() => void exportAdapter(id).then(saveFiles)}>
        <Icon name="download" />
        {say(isWhole ? "ui-train/download-model" : "ui-train/download-adapter")}
      </button>
      <button type="button" className="button" onClick={() => void exportState(id).then(saveFiles)}>
        <Icon name="download" />
        {say("ui-train/save-state")}
      </button>
    </>
  );
}
