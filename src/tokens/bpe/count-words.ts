// How often each word occurs in texts, cut as a byte-level tokenizer cuts them: at special tokens first, then by GPT-2's pattern.
import { addedTokenSplitter } from "../pipeline/added-tokens.ts";
import { gpt2Words } from "../pipeline/published-steps.ts";

/** In Oniguruma, white space is Unicode's; JavaScript's `\s` is another set. */
const pattern = new RegExp(
  gpt2Words.replaceAll(String.raw`\s`, String.raw`\p{White_Space}`).replaceAll(String.raw`\S`, String.raw`\P{White_Space}`),
  "gu",
);

/** Words between two pauses: some milliseconds of work. */
const wordsPerTurn = 20_000;

/**
 * Characters of all distinct words together; each takes 90 to 270 bytes of memory later, by its alphabet. Languages with spaces between
 * words hardly ever have more; where words are as long as sentences, so many are much more than a vocabulary is made of.
 */
const mostCharacters = 4_000_000;

export interface CountedWords {
  readonly counts: ReadonlyMap<string, number>;
  /** Share of the texts' words, by characters, that were counted: 1, unless there are too many distinct ones. */
  readonly share: number;
}

interface CountOptions {
  readonly specialTokens: readonly string[];
  /** Told the share of characters that are done, and waited for. */
  readonly pause: (share: number) => Promise<void>;
  readonly limit?: number;
}

/** A special token's own words in a text count for nothing: encoding finds the token there before it looks for words. */
export async function countWords(
  texts: readonly string[],
  { specialTokens, pause, limit = mostCharacters }: CountOptions,
): Promise<CountedWords> {
  const counts = new Map<string, number>();
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  let [words, done, distinct, left] = [0, 0, 0, 0];
  for (const word of wordsOf(texts, specialTokens)) {
    const known = counts.get(word);
    if (known === undefined) distinct += word.length;
    if (known === undefined && distinct > limit) {
      distinct -= word.length;
      left += word.length;
    } else counts.set(word, (known ?? 0) + 1);
    done += word.length;
    if (++words % wordsPerTurn === 0) await pause(done / characters);
  }
  return { counts, share: done === 0 ? 1 : 1 - left / done };
}

function* wordsOf(texts: readonly string[], specialTokens: readonly string[]): Generator<string> {
  const split = specialTokenSplitter(specialTokens);
  for (const text of texts)
    for (const section of split(text)) if ("text" in section) for (const [word] of section.text.matchAll(pattern)) yield word;
}

function specialTokenSplitter(specialTokens: readonly string[]): ReturnType<typeof addedTokenSplitter> {
  const flags = { singleWord: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return addedTokenSplitter(
    specialTokens.map((content, id) => ({ id, content, ...flags })),
    (content) => content,
  );
}
