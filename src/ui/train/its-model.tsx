// Loads what a run from scratch is about, beside what needs it.
import { makesModel } from "../../config/new-model.ts";
import { useSpeaker } from "../../state/language.ts";
import { useModel } from "../../state/model-store.ts";
import { loadModelOf } from "../../state/run-actions.ts";
import type { RunView } from "../../state/run-view.ts";
import { useIdle } from "./use-idle.ts";

/** What was trained from scratch is of a model that nobody else has: it is made again where another one is loaded. */
export function ItsModel({ view }: { readonly view: RunView }) {
  const { record } = view;
  const loaded = useModel((state) => state.model?.name);
  const busy = !useIdle();
  const { say } = useSpeaker();
  if (!makesModel(record.config.method) || loaded === record.model.name) return null;
  return (
    <button type="button" className="button" disabled={busy} onClick={() => void loadModelOf(record.id)}>
      {say("ui-train/load-its-model")}
    </button>
  );
}
