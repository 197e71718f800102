// One answer, streamed as text. Takes turns with training token by token, and ends between tokens when asked to.
import { Decoder } from "../generate/decoder.ts";
import { generateTokens } from "../generate/generate.ts";
import type { GenerateRequest, GenerateResult } from "../protocol/engine-api.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import type { AppliedAdapter } from "./adapters.ts";
import { macrotask, type Exclusive } from "./exclusive.ts";

interface GenerationParts {
  readonly tokenizer: Tokenizer;
  readonly adapter: AppliedAdapter;
  readonly exclusive: Exclusive;
  readonly isStopped: () => boolean;
}

export async function generateAnswer(
  { prompt, sampling }: GenerateRequest,
  { tokenizer, adapter, exclusive, isStopped }: GenerationParts,
  onText: (delta: string) => void,
): Promise<GenerateResult> {
  const promptIds = encodePrompt(tokenizer, prompt);
  const context = adapter.programs.model.spec.contextLength;
  // An answer may fill what the prompt leaves of the context, not more; a prompt that fills it alone is refused.
  const maxTokens = promptIds.length < context ? Math.min(sampling.maxTokens, context - promptIds.length) : sampling.maxTokens;
  using decoder = new Decoder(adapter.programs, promptIds.length + maxTokens, adapter.vectors);
  const tokens = generateTokens(decoder, promptIds, { ...sampling, maxTokens, endIds: tokenizer.endIds });
  const ids: number[] = [];
  let shown = "";
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
    const text = tokenizer.decode(ids);
    // A character of several tokens decodes to U+FFFD until its last byte is here.
    if (!text.endsWith("\uFFFD") && text.length > shown.length) {
      onText(text.slice(shown.length));
      shown = text;
    }
    await macrotask();
  }
  const seconds = (performance.now() - firstAt) / 1000;
  return {
    text: tokenizer.decode(ids),
    ids,
    promptTokens: promptIds.length,
    tokensPerSecond: ids.length > 1 ? (ids.length - 1) / seconds : 0,
    stopReason,
  };
}

function encodePrompt(tokenizer: Tokenizer, prompt: GenerateRequest["prompt"]): readonly number[] {
  switch (prompt.kind) {
    case "chat":
      return tokenizer.encodeChat(tokenizer.renderChat(prompt.messages, true));
    case "text":
      return tokenizer.encodeText(prompt.text);
    case "ids":
      return prompt.ids;
    default:
      return prompt satisfies never;
  }
}
