// What is said about memory: the budget of a model and a run, what would make it fit, and what was really allocated.
import type { Quantization, RequestedQuantization } from "../config/quantizations.ts";
import type { RunShape } from "../config/run-shape.ts";
import type { HubListing } from "../sources/hub-listing.ts";
import type { Text, Words } from "../words/message.ts";

export type { RunShape } from "../config/run-shape.ts";

/** Weights, adapter and optimizer (what it keeps, and the gradient); activations are all else that a step holds. */
export const budgetParts = ["weights", "adapter", "optimizer", "activations", "cache", "runtime"] as const;
export type BudgetPart = (typeof budgetParts)[number];

/** Bytes; null where the browser does not say. */
export interface BudgetLimits {
  /** Of the whole: the device's memory (rounded by the browser), or what a GPU granted when it was asked. */
  readonly memory: number | null;
  /** Of the WASM heap. */
  readonly heap: number | null;
  /** Of one GPU buffer. */
  readonly buffer: number | null;
}

export interface Budget {
  readonly provider: "webgpu" | "wasm";
  readonly quantization: Quantization;
  readonly quantizeHead: boolean;
  readonly run: RunShape;
  /** Bytes on the engine. The cache is that of a chat as long as a training sequence, with the weights that are unpacked for chat. */
  readonly parts: Readonly<Record<BudgetPart, number>>;
  readonly totalBytes: number;
  /** Without the cache. */
  readonly stepBytes: number;
  /** The part in the WASM heap; 0 on a GPU. */
  readonly heapBytes: number;
  readonly largestBuffer: number;
  /** The embedding table, beside the engine. */
  readonly hostBytes: number;
  /** The arithmetic of a step on one batch, to be set beside that of another run. */
  readonly multiplyAdds: number;
  readonly limits: BudgetLimits;
  readonly fits: boolean;
  /** The limit that is exceeded most. */
  readonly obstacle: keyof BudgetLimits | null;
  /** What is left; null where no limit is known. */
  readonly roomBytes: number | null;
}

export type BudgetChange = Partial<RunShape> & { readonly quantization?: Quantization; readonly quantizeHead?: boolean };

export interface BudgetProposal {
  /** E.g. "batch size 2 with 2 accumulated". */
  readonly what: Text;
  readonly change: BudgetChange;
  readonly totalBytes: number;
  readonly fits: boolean;
}

/** How weights are held, and why so where that was left to the app. */
export interface HeldAs {
  readonly requested: RequestedQuantization;
  /** A row of the table of quantizations; as published the publisher's names, e.g. "Q4_K, Q6_K". */
  readonly form: string;
  /** Of all matrices, scales and minima included. */
  readonly bitsPerWeight: number;
  readonly reason?: Words;
}

export interface BudgetReport extends Budget {
  readonly held: HeldAs;
  /** What would make it fit, the best first; empty where it fits. */
  readonly proposals: readonly BudgetProposal[];
  /** Of a model on a hub that is not loaded: its list of files, for the load that may follow. */
  readonly listing?: HubListing;
}

export interface MemoryProbe {
  readonly askedBytes: number;
  readonly grantedBytes: number;
  /** What was tried, and what that does not tell. */
  readonly note: Words;
}

export interface ModelFileInfo {
  readonly family: string;
  readonly parameters: number;
  readonly context: number;
  readonly layers: number;
  readonly bytes: { readonly file: number; readonly engine: number; readonly host: number };
  readonly held: HeldAs;
  readonly budget: BudgetReport;
}

/** Bytes that the timed step took, as estimated before and as counted. */
export interface BenchMemory {
  readonly estimatedBytes: number;
  readonly allocatedBytes: number;
  /** estimated / allocated */
  readonly ratio: number;
  readonly parts: Readonly<Record<BudgetPart, number>>;
}
