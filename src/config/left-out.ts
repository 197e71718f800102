// What a run does without, as it is kept with the run.
import { words, type Text } from "../words/message.ts";

/** Nothing where all examples are used. */
export function leftOut({ usable, issues }: { readonly usable: number; readonly issues: readonly unknown[] }): readonly Text[] {
  return issues.length === 0 ? [] : [words("run/left-out", { count: issues.length, total: usable + issues.length })];
}
