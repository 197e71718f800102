// What a template puts around an answer, found by rendering small chats with it: nothing is believed of a template that can be seen.
// Training and chat read the same format, so that a model is asked in the words in which it learned.
import { AtelierError } from "../base/errors.ts";
import type { ChatMessage } from "../data/example.ts";
import type { Tokenizer } from "./tokenizer.ts";

export interface ChatFormat {
  /** What stands between the last message and an answer, such as "<|im_start|>assistant\n"; empty where nothing does. */
  readonly opening: string;
  /** The template leaves the opening out of prompts (it ignores `add_generation_prompt`), so whoever asks adds it. */
  readonly addsOpening: boolean;
  /** Whether the template ends answers with a token that ends them. */
  readonly closes: boolean;
  /** The text of the token that is put after answers which the template does not end; empty where the tokenizer has none. */
  readonly closing: string;
  /** Texts of all tokens that end an answer. */
  readonly endTexts: readonly string[];
}

const formats = new WeakMap<Tokenizer, ChatFormat>();

export function chatFormat(tokenizer: Tokenizer): ChatFormat {
  const known = formats.get(tokenizer);
  if (known) return known;
  const format = findFormat(tokenizer);
  formats.set(tokenizer, format);
  return format;
}

/** A word that no template takes for anything. */
const word = "Zqx0xqZ";

function findFormat(tokenizer: Tokenizer): ChatFormat {
  const endTexts = [...tokenizer.endIds].map((id) => textOf(tokenizer, id)).filter((text) => text !== "");
  const closing = tokenizer.endId === null ? "" : textOf(tokenizer, tokenizer.endId);
  const seen = probe(tokenizer);
  if (!seen) return { opening: "", addsOpening: false, closes: true, closing, endTexts };
  const { before, prompt, answered } = seen;
  const at = answered.indexOf(word);
  const tail = at === -1 ? "" : answered.slice(at + word.length);
  const closes = endTexts.some((text) => tail.includes(text));
  if (prompt !== before) return { opening: prompt.slice(commonLength(prompt, before)), addsOpening: false, closes, closing, endTexts };
  // A blank before the answer is the answer's: tokenizers join it with the first word.
  const opening = at !== -1 && answered.startsWith(before) ? answered.slice(before.length, at).replace(/[ \t]+$/, "") : "";
  return { opening, addsOpening: opening.trim() !== "", closes, closing, endTexts };
}

/** The text that encodes to a token alone; empty where none does. */
function textOf(tokenizer: Tokenizer, id: number): string {
  const text = tokenizer.decode([id], { special: true });
  const ids = tokenizer.encodeChat(text);
  return ids.length === 1 && ids[0] === id ? text : "";
}

/** A question, the prompt for its answer, and the question with an answer; null where the template refuses such chats. */
function probe(tokenizer: Tokenizer): { before: string; prompt: string; answered: string } | null {
  const question = { role: "user", content: "a" } as const;
  const starts: readonly (readonly ChatMessage[])[] = [[question], [{ role: "system", content: "b" }, question]];
  for (const start of starts) {
    try {
      return {
        before: tokenizer.renderChat(start, false),
        prompt: tokenizer.renderChat(start, true),
        answered: tokenizer.renderChat([...start, { role: "assistant", content: word }], false),
      };
    } catch (error) {
      // A template that refuses this chat says so when a real one is rendered.
      if (!(error instanceof AtelierError)) throw error;
    }
  }
  return null;
}

/** How much of the start of `b` stands in `a` from a place on. */
export function commonLength(a: string | readonly number[], b: string | readonly number[], from = 0): number {
  const length = Math.min(a.length - from, b.length);
  let at = 0;
  while (at < length && a[from + at] === b[at]) at++;
  return at;
}
