// Which tokens a part of a text becomes. Tokenizers tell no positions, so the text before a part is tokenized as well and compared
// with the whole; it starts anew at every token that ends an answer, so that the work grows with the length of the text alone.
import { commonLength } from "./chat-format.ts";
import type { Answer } from "./find-answers.ts";
import type { Tokenizer } from "./tokenizer.ts";

export interface AlignedText {
  readonly ids: number[];
  /** Token indices of the answers, the end excluded, in their order. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** @param answers in the order of the text, not overlapping */
export function alignAnswers(tokenizer: Tokenizer, text: string, answers: readonly Answer[]): AlignedText {
  let ids = tokenizer.encodeChat(text);
  const spans: { start: number; end: number }[] = [];
  // Up to here text and tokens are known to agree.
  let [place, index] = [0, 0];
  for (const answer of answers) {
    const aligned = alignOne(tokenizer, text, ids, answer, place, index) ?? alignOne(tokenizer, text, ids, answer, 0, 0);
    if (!aligned) {
      const { start, end } = byPrefix(tokenizer, text, ids, answer);
      spans.push({ start, end });
      continue;
    }
    ids = aligned.ids;
    spans.push(aligned);
    if (answer.ending !== "") [place, index] = [answer.end - answer.ending.length, aligned.end - 1];
  }
  return { ids, spans };
}

/** Null where the text from `place` on does not become the tokens from `index` on. */
function alignOne(
  tokenizer: Tokenizer,
  text: string,
  ids: number[],
  { start, end }: Answer,
  place: number,
  index: number,
): { ids: number[]; start: number; end: number } | null {
  const through = tokenizer.encodeChat(text.slice(place, end));
  if (commonLength(ids, through, index) < through.length) return null;
  const before = tokenizer.encodeChat(text.slice(place, start));
  const common = commonLength(ids, before, index);
  if (common === before.length) return { ids, start: index + common, end: index + through.length };
  // A token reaches over the start of the answer, which no prompt would end in: the prompt is tokenized by itself, as in chat.
  const answer = tokenizer.encodeChat(text.slice(start, end));
  // Decoders may take the space off the start of a text, so the two are compared behind what stands before.
  const isExact = tokenizer.decode([...before, ...answer], { special: true }) === tokenizer.decode(through, { special: true });
  if (!isExact) return { ids, start: index + common, end: index + through.length };
  const replaced = [...ids.slice(0, index), ...before, ...answer, ...ids.slice(index + through.length)];
  return { ids: replaced, start: index + before.length, end: index + before.length + answer.length };
}

/** For an answer whose last token reaches over its end, which only one without an end token has. */
function byPrefix(tokenizer: Tokenizer, text: string, ids: readonly number[], { start, end }: Answer): { start: number; end: number } {
  return {
    start: commonLength(ids, tokenizer.encodeChat(text.slice(0, start))),
    end: commonLength(ids, tokenizer.encodeChat(text.slice(0, end))),
  };
}
