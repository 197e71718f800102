// What a budget means, in a sentence: what is needed, of what, and what is left or missing.
import type { Text } from "../words/message.ts";
import { formatBytes } from "../metrics/format.ts";
import type { BudgetLimit, BudgetPart, BudgetReport } from "./view-types.ts";

export const partNames: Readonly<Record<BudgetPart, string>> = {
  weights: "Weights",
  adapter: "Adapter",
  optimizer: "Optimizer",
  activations: "Activations",
  cache: "Chat cache",
  runtime: "Runtime",
};

const limitNames: Readonly<Record<BudgetLimit, string>> = {
  memory: "the memory of this device",
  heap: "the WASM heap",
  buffer: "the largest buffer of this GPU",
};

export interface BudgetWords {
  readonly sentence: Text;
  /** Share of the tightest limit, 0 … 1 and more; null where none is known. */
  readonly share: number | null;
}

export function budgetWords(report: BudgetReport): BudgetWords {
  const tightest = report.obstacle ?? tightestLimit(report);
  if (tightest === null) {
    return {
      sentence: `Needs about ${formatBytes(report.totalBytes)}. How much this GPU can give is not known before it is asked.`,
      share: null,
    };
  }
  const limit = report.limits[tightest] ?? 0;
  const needed = neededOf(report, tightest);
  const inAll = needed === report.totalBytes ? "" : `${formatBytes(report.totalBytes)} in all, and `;
  const what = `${inAll}${formatBytes(needed)} of ${formatBytes(limit)}, ${limitNames[tightest]}`;
  const rest = formatBytes(Math.abs(limit - needed));
  return {
    sentence: report.fits ? `Fits: needs about ${what}; ${rest} are left.` : `Does not fit: needs about ${what}; ${rest} too much.`,
    share: needed / limit,
  };
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
