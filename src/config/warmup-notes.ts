// What there is to say of a run that ends before its learning rate has risen.
import { words, type Text } from "../words/message.ts";
import type { RunConfig } from "./run-config.ts";

/** The first step of a warmup has a rate of 0, as in transformers.optimization: the last of n steps has (n − 1) / warmup of the peak. */
export function warmupNotes({ optimizer: { warmupSteps: warmup }, stopping: { steps } }: RunConfig): readonly Text[] {
  if (steps > warmup) return [];
  return [words("run/all-warmup", { steps, warmup, share: (steps - 1) / warmup })];
}
