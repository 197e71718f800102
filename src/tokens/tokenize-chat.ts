// A chat to tokens and labels: only what the assistant says is learned, up to and including the token that ends it. What is
// learned is found by rendering the chat up to each answer with the model's own template, so no template is special here.
import { AtelierError } from "../base/errors.ts";
import type { ChatExample } from "../data/example.ts";
import { ignoreLabel, type TokenizedExample } from "./batch.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * @throws AtelierError `tokens/template` where the template refuses the chat, or rewrites earlier turns so that the
 *   learned part cannot be told apart.
 */
export function tokenizeChat(tokenizer: Tokenizer, { line, messages }: Pick<ChatExample, "line" | "messages">): TokenizedExample {
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const ids = tokenizer.encodeChat(tokenizer.renderChat(messages.slice(0, last + 1), false));
  const labels = new Int32Array(ids.length).fill(ignoreLabel);
  for (const [at, message] of messages.entries()) {
    if (message.role !== "assistant") continue;
    const before = tokenizer.encodeChat(tokenizer.renderChat(messages.slice(0, at), true));
    const after = tokenizer.encodeChat(tokenizer.renderChat(messages.slice(0, at + 1), false));
    const start = commonPrefix(ids, before);
    const end = endOfAnswer(ids, start, commonPrefix(ids, after), tokenizer.endIds);
    if (end <= start) {
      throw new AtelierError(
        "tokens/template",
        `Line ${line}: the chat template rewrites earlier turns, so the tokens of answer ${at + 1} cannot be found.`,
        "Use one question and one answer per line with this model.",
      );
    }
    for (let token = start; token < end; token++) labels[token] = ids[token] as number;
  }
  return { line, ids: Int32Array.from(ids), labels };
}

/** What follows the end token, such as a line break, is not the assistant's. */
function endOfAnswer(ids: readonly number[], start: number, limit: number, endIds: ReadonlySet<number>): number {
  for (let at = start; at < limit; at++) if (endIds.has(ids[at] as number)) return at + 1;
  return limit;
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return length;
}
