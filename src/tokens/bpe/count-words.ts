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
 * A special token's own words in a text count for nothing: encoding finds the token there before it looks for words.
 * @param pause told the share of characters that are done, and waited for
 */
export async function countWords(
  texts: readonly string[],
  specialTokens: readonly string[],
  pause: (share: number) => Promise<void>,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const split = specialTokenSplitter(specialTokens);
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  let done = 0;
  let words = 0;
  for (const text of texts) {
    for (const section of split(text)) {
      if ("id" in section) continue;
      for (const { 0: word } of section.text.matchAll(pattern)) {
        counts.set(word, (counts.get(word) ?? 0) + 1);
        done += word.length;
        if (++words % wordsPerTurn === 0) await pause(done / characters);
      }
    }
  }
  return counts;
}

function specialTokenSplitter(specialTokens: readonly string[]): ReturnType<typeof addedTokenSplitter> {
  const flags = { singleWord: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return addedTokenSplitter(
    specialTokens.map((content, id) => ({ id, content, ...flags })),
    (content) => content,
  );
}
