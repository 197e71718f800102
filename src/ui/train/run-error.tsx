// What went wrong with what was asked of a run.
import { useSpeaker } from "../../state/language.ts";
import { dismissRunError } from "../../state/run-actions.ts";
import { useRuns } from "../../state/runs-store.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";

export function RunError() {
  const error = useRuns((state) => state.error);
  const { say } = useSpeaker();
  if (!error) return null;
  return <ErrorNotice error={error} kept={say("ui-train/error-kept")} onDismiss={dismissRunError} />;
}
