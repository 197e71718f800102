// What a budget means, in a sentence: what is needed, of what, and what is left or missing.
import { words, type Words } from "../words/message.ts";
import type { BudgetLimit, BudgetReport } from "./view-types.ts";

export interface BudgetWords {
  readonly sentence: Words;
  /** Share of the tightest limit, 0 … 1 and more; null where none is known. */
  readonly share: number | null;
}

export function budgetWords(report: BudgetReport): BudgetWords {
  const tightest = report.obstacle ?? tightestLimit(report);
  const total = report.totalBytes;
  if (tightest === null) return { sentence: words("budget/unknown", { total }), share: null };
  const limit = report.limits[tightest] ?? 0;
  const needed = neededOf(report, tightest);
  const said = { total, needed, limit, what: words(`budget/limit-${tightest}`), rest: Math.abs(limit - needed) };
  const outcome = report.fits ? "fits" : "too-large";
  return { sentence: words(needed === total ? `budget/${outcome}` : `budget/${outcome}-of-all`, said), share: needed / limit };
}

function tightestLimit(report: BudgetReport): BudgetLimit | null {
  const known = (["memory", "heap"] as const).filter((limit) => report.limits[limit] !== null);
  const share = (limit: BudgetLimit): number => neededOf(report, limit) / (report.limits[limit] ?? Infinity);
  return known.toSorted((a, b) => share(b) - share(a))[0] ?? null;
}

function neededOf({ totalBytes, heapBytes, largestBuffer }: BudgetReport, limit: BudgetLimit): number {
  switch (limit) {
    case "memory":
      return totalBytes;
    case "heap":
      return heapBytes;
    case "buffer":
      return largestBuffer;
    default:
      return limit satisfies never;
  }
}
