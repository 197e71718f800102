// Where long work asks whether it is still wanted.
import { cancelled } from "../sources/source-error.ts";

/** @throws AtelierError `load/cancelled` */
export function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}
