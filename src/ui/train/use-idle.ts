// Whether a run could start or go on right now: the model is there and nothing else is training or about to.
import { useCompare } from "../../state/compare-store.ts";
import { useModel } from "../../state/model-store.ts";
import { useRuns } from "../../state/runs-store.ts";

export function useIdle(): boolean {
  const hasModel = useModel((state) => state.model !== null && state.loading === null);
  const isFree = useRuns((state) => state.activeId === null && state.starting === null);
  const isComparing = useCompare((state) => state.working !== null);
  return hasModel && isFree && !isComparing;
}
