// Settings that are right one by one and not together.
import { AtelierError } from "../base/errors.ts";

export interface Conflict {
  /** The one to change. */
  readonly knob: "decaySteps" | "heads";
  readonly error: AtelierError;
}

/** What of a run's configuration is looked at. */
interface Looked {
  readonly method: { readonly kind: string; readonly width?: number; readonly heads?: number };
  readonly optimizer: { readonly schedule: string; readonly decaySteps: number; readonly warmupSteps: number };
  readonly stopping: { readonly steps: number };
}

const checks: readonly ((config: Looked) => Conflict | null)[] = [wayDown, headsOfWidth];

/** The first that there is. */
export function conflictIn(config: Looked): Conflict | null {
  for (const check of checks) {
    const conflict = check(config);
    if (conflict) return conflict;
  }
  return null;
}

/** The way down of warmup, stable, decay lies after the warmup: else the rate would jump. */
function wayDown({ optimizer: { schedule, decaySteps, warmupSteps }, stopping: { steps } }: Looked): Conflict | null {
  if (schedule !== "wsd" || decaySteps <= Math.max(0, steps - warmupSteps)) return null;
  const error = new AtelierError("config/invalid#way-down", { decay: decaySteps, warmup: warmupSteps, steps });
  return { knob: "decaySteps", error };
}

/** Heads share the width of a new model, and half of the numbers of each turn with the other half. */
function headsOfWidth({ method: { width, heads } }: Looked): Conflict | null {
  if (width === undefined || heads === undefined || width % (2 * heads) === 0) return null;
  return { knob: "heads", error: new AtelierError("config/invalid#heads", { width, heads, step: 2 * heads }) };
}
