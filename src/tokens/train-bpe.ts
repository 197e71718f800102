// Makes a byte-level BPE of texts: the merges of the Python package tokenizers (BpeTrainer with ByteLevel's alphabet). Libraries for
// JavaScript read and apply merges; none that is kept makes them, so this is our own.
import { AtelierError } from "../base/errors.ts";
import { countWords } from "./bpe/count-words.ts";
import { LaidWords } from "./bpe/laid-words.ts";
import { PairQueue } from "./bpe/pair-queue.ts";
import { byteLetters } from "./pipeline/byte-letters.ts";

export interface BpeOptions {
  /** Tokens in all: special tokens, the letters of the 256 bytes, and merges. */
  readonly vocabulary: number;
  /** They have the first ids. Where their own words stand in a text, nothing is learned of it. */
  readonly specialTokens: readonly string[];
  /** Told how far it is, from 0 to 1, and waited for; what it throws ends the work. */
  readonly onProgress?: (share: number) => Promise<void>;
}

export interface TrainedBpe {
  /** By id. Fewer than asked for where the texts have no more pairs that occur twice. */
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
  /** Share of the texts that was looked at: 1, unless they have more distinct words than memory should hold. */
  readonly looked: number;
}

/** A token that stands for one place of the texts would be learned from it alone; ByteLevelBPETokenizer draws the line here too. */
const fewest = 2;

/** Shares of the work, about. */
const counted = 0.5;
const paired = 0.7;

/** @throws AtelierError `tokens/vocabulary-too-small` */
export async function trainBpe(texts: Iterable<string>, options: BpeOptions): Promise<TrainedBpe> {
  const { vocabulary, specialTokens, onProgress = () => Promise.resolve() } = options;
  const tokens = firstTokens(specialTokens);
  const least = tokens.length;
  if (!(vocabulary >= least)) throw new AtelierError("tokens/vocabulary-too-small", { asked: vocabulary, least });
  const { counts, share: looked } = await countWords([...texts], { specialTokens, pause: (share) => onProgress(share * counted) });
  const laid = new LaidWords(counts, tokens);
  const queue = new PairQueue();
  const pairs = await laid.countPairs((share) => onProgress(counted + share * (paired - counted)));
  for (const pair of pairs) queue.push(pair);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges = new Map<string, readonly [string, string]>();
  while (tokens.length < vocabulary) {
    const pair = queue.pop(fewest);
    if (!pair) break;
    const parts = [tokens[pair.left] as string, tokens[pair.right] as string] as const;
    const token = parts.join("");
    // Two pairs may give one token: "a" and "aa", "aa" and "a".
    const id = ids.get(token) ?? tokens.push(token) - 1;
    ids.set(token, id);
    // A pair that comes up a second time has the rank of that time.
    merges.delete(parts.join(" "));
    merges.set(parts.join(" "), parts);
    for (const found of laid.merge(pair, id)) if (found.count > 0) queue.push(found);
    await onProgress(paired + (1 - paired) * ((tokens.length - least) / (vocabulary - least)));
  }
  await onProgress(1);
  return { tokens, merges: [...merges.values()], looked };
}

/** Special tokens, then letters in the order of their code points, as the published implementation has them. */
function firstTokens(specialTokens: readonly string[]): string[] {
  return [...new Set([...specialTokens, ...byteLetters.toSorted()])];
}
