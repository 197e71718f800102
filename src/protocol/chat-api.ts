// Calls about chat: what is asked of a model, and what it answers. Everything here survives structured clone.
import type { ChatMessage } from "../data/example.ts";
import type { Text } from "../words/message.ts";

export interface Sampling {
  readonly maxTokens: number;
  /** 0: greedy. */
  readonly temperature: number;
  /** 1: off. */
  readonly topP: number;
  /** 0: off. */
  readonly topK: number;
  readonly seed: number;
}

export interface GenerateRequest {
  readonly prompt:
    | { readonly kind: "chat"; readonly messages: readonly ChatMessage[] }
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "ids"; readonly ids: readonly number[] };
  /** The run whose adapter is applied; null: the base model. */
  readonly runId: string | null;
  readonly sampling: Sampling;
}

export interface GenerateResult {
  /** Empty where the model was loaded without a tokenizer. */
  readonly text: string;
  /** Generated ids, without the prompt. */
  readonly ids: readonly number[];
  readonly promptTokens: number;
  readonly tokensPerSecond: number;
  readonly stopReason: "end" | "length" | "stopped";
  /** What there is to say of how it was computed; absent where nothing is. */
  readonly notes?: readonly Text[];
}

export interface GenerateAllRequest extends Omit<GenerateRequest, "prompt"> {
  readonly prompts: readonly GenerateRequest["prompt"][];
}

export type GenerateAllResult = readonly Pick<GenerateResult, "text" | "ids" | "promptTokens" | "stopReason" | "notes">[];

export interface ChatApi {
  generate(request: GenerateRequest, onText: (delta: string) => void): Promise<GenerateResult>;
  /**
   * An answer to each prompt, in their order, some of them written at once where the engine can.
   * @param onWritten gets how many have ended
   */
  generateAll(request: GenerateAllRequest, onWritten: (count: number) => void): Promise<GenerateAllResult>;
  /** Ends the generation under way; what was generated so far is its result. */
  stopGeneration(): Promise<void>;
}
