// Closing the tab asks first where a run's newest state is in memory alone.
import { useEffect } from "react";
import { useRuns } from "../../state/runs-store.ts";

export function useUnsavedGuard(): void {
  const isUnsaved = useRuns(({ views }) => Object.values(views).some(({ record }) => record.unsaved !== undefined));
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (isUnsaved) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isUnsaved]);
}
