// What labels say, in words.
import { expect } from "vitest";
import type { TurnChoice } from "../../src/config/run-config.ts";
import type { ChatExample, ChatMessage } from "../../src/data/example.ts";
import { tokenizeExample } from "../../src/tokens/tokenize-example.ts";
import type { Tokenizer } from "../../src/tokens/tokenizer.ts";

export const say = (role: ChatMessage["role"], content: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  role,
  content,
  ...more,
});

export function chatOf(messages: readonly ChatMessage[], tools?: ChatExample["tools"]): ChatExample {
  return { kind: "chat", line: 1, messages, ...(tools ? { tools } : {}) };
}

/** What is learned, as text with its special tokens, one entry per run of learned tokens, row by row. */
export function learnedTexts(tokenizer: Tokenizer, example: readonly ChatMessage[] | ChatExample, turns: TurnChoice = "all"): string[] {
  const { rows } = tokenizeExample(tokenizer, "kind" in example ? example : chatOf(example), turns);
  return rows.flatMap(({ ids, labels }) => {
    const runs: number[][] = [];
    for (const [at, id] of ids.entries()) {
      if (labels[at] !== id) expect(labels[at]).toBe(-100);
      else if (at > 0 && labels[at - 1] === ids[at - 1]) runs.at(-1)?.push(id);
      else runs.push([id]);
    }
    return runs.map((run) => tokenizer.decode(run, { special: true }));
  });
}
