// A run whose newest state found no room in the browser's storage: it is in memory, and the ways to keep it are
// offered.
import { useSpeaker } from "../../state/language.ts";
import { storeAgain } from "../../state/run-actions.ts";
import { useRuns } from "../../state/runs-store.ts";
import type { RunView } from "../../state/run-view.ts";
import { sentences, words } from "../../words/message.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { RunDownloads } from "./run-downloads.tsx";

export function RunUnsaved({ view }: { readonly view: RunView }) {
  const { id, unsaved, checkpointStep } = view.record;
  const isActive = useRuns((state) => state.activeId === id);
  const { say, text } = useSpeaker();
  if (!unsaved) return null;
  const kept = words("ui-train/unsaved-kept", { step: checkpointStep ?? 0 });
  return (
    <ErrorNotice error={unsaved} kept={text(sentences(isActive ? [kept, words("ui-train/unsaved-goes-on")] : [kept]))}>
      <RunDownloads id={id} first />
      <button type="button" className="button" onClick={() => void storeAgain(id)}>
        {say("ui-train/store-again")}
      </button>
    </ErrorNotice>
  );
}
