// One answer, streamed as text. Takes turns with training token by token, and ends between tokens when asked to.
import { AtelierError } from "../../base/errors.ts";
import { Decoder } from "../../generate/decoder.ts";
import { generateTokens } from "../../generate/generate.ts";
import { usableContext } from "../../model/methods/method.ts";
import type { GenerateRequest, GenerateResult, Sampling } from "../../protocol/chat-api.ts";
import { words } from "../../words/message.ts";
import { chatPrompt } from "../../tokens/answered-chats.ts";
import type { Tokenizer } from "../../tokens/tokenizer.ts";
import type { AppliedAdapter } from "./adapters.ts";
import { trackCallback } from "../callback.ts";
import type { Exclusive } from "../exclusive.ts";
import { macrotask } from "../listening.ts";
import { requireFiniteLogits } from "./finite-results.ts";

export interface GenerationParts {
  readonly tokenizer: Tokenizer | null;
  readonly adapter: AppliedAdapter;
  readonly exclusive: Exclusive;
  readonly isStopped: () => boolean;
}

export async function generateAnswer(
  { prompt, sampling }: GenerateRequest,
  { tokenizer, adapter, exclusive, isStopped }: GenerationParts,
  onText: (delta: string) => void,
): Promise<GenerateResult> {
  requireSampling(sampling);
  const { ids: promptIds, maxTokens } = roomyPrompt(adapter, encodePrompt(tokenizer, prompt), sampling);
  using decoder = new Decoder(adapter.programs, promptIds.length + maxTokens, adapter.tensors);
  const tokens = generateTokens(decoder, promptIds, {
    ...sampling,
    maxTokens,
    endIds: tokenizer?.endIds ?? new Set(),
    check: (logits) => requireFiniteLogits(logits, adapter.method !== null),
  });
  const texts = tokenizer?.decodeStream();
  const { tell, arrived } = trackCallback(onText);
  const ids: number[] = [];
  let text = "";
  const say = (said: string): void => {
    if (said === "") return;
    text += said;
    tell(said);
  };
  let firstAt = 0;
  let stopReason: GenerateResult["stopReason"] = "stopped";
  while (!isStopped()) {
    const { value, done } = await exclusive(() => tokens.next());
    if (done) {
      stopReason = value;
      break;
    }
    firstAt ||= performance.now();
    ids.push(value);
    say(texts?.push(value) ?? "");
    await macrotask();
  }
  const seconds = (performance.now() - firstAt) / 1000;
  say(texts?.end() ?? "");
  await arrived();
  return {
    text,
    ids,
    promptTokens: promptIds.length,
    tokensPerSecond: ids.length > 1 ? (ids.length - 1) / seconds : 0,
    stopReason,
    ...notesOf(adapter),
  };
}

/**
 * Where the model, or what a method trained of it, is too large for the programs that are fastest on the CPU, and exact; and where a GPU's
 * kernel is not to be trusted.
 */
export function notesOf({ programs: { model, residents }, method }: AppliedAdapter): Pick<GenerateResult, "notes"> {
  if (!residents.holds(method)) return { notes: [words("generate/layer-by-layer")] };
  if (!model.attendsRightly) return { notes: [words("generate/attention-apart")] };
  return residents.rounds(method) ? { notes: [words("generate/rounded")] } : {};
}

/**
 * An answer may fill what the prompt leaves of the context, not more; a prompt that fills it alone is refused by the decoder.
 * @throws AtelierError `generate/empty-prompt`
 */
export function roomyPrompt(
  { programs, method }: Pick<AppliedAdapter, "programs" | "method">,
  ids: readonly number[],
  { maxTokens }: Pick<Sampling, "maxTokens">,
): { readonly ids: readonly number[]; readonly maxTokens: number } {
  requirePrompt(ids);
  const context = usableContext(programs.model.spec, method);
  return { ids, maxTokens: ids.length < context ? Math.min(maxTokens, context - ids.length) : maxTokens };
}

export function encodePrompt(tokenizer: Tokenizer | null, prompt: GenerateRequest["prompt"]): readonly number[] {
  if (prompt.kind === "ids") return prompt.ids;
  if (!tokenizer) throw new AtelierError("model/file-missing#no-tokenizer");
  switch (prompt.kind) {
    case "chat":
      return chatPrompt(tokenizer, prompt);
    case "text":
      return tokenizer.encodeText(prompt.text);
    default:
      return prompt satisfies never;
  }
}

/** @throws AtelierError `generate/empty-prompt` */
export function requirePrompt(ids: readonly number[]): void {
  if (ids.length === 0) throw new AtelierError("generate/empty-prompt");
}

/** @throws AtelierError `generate/bad-sampling` naming the value. */
export function requireSampling({ maxTokens, temperature, topP, topK }: Sampling): void {
  const settings = [
    ["generate/bad-sampling#length", maxTokens, maxTokens >= 1],
    ["generate/bad-sampling#temperature", temperature, temperature >= 0 && temperature < Infinity],
    ["generate/bad-sampling#top-p", topP, topP > 0 && topP <= 1],
    ["generate/bad-sampling#top-k", topK, topK >= 0],
  ] as const;
  for (const [key, value, fits] of settings) if (!fits) throw new AtelierError(key, { value: String(value) });
}
