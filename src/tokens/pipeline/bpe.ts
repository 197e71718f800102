// Byte-pair encoding of one word, step by step as the Rust crate tokenizers does it (models/bpe), so that unknown characters,
// fused or dropped ones and byte fallback come out alike.
import { invalidTokenizer, isRecord, requireList, unknownPart, type Json } from "./file-json.ts";
import { mergeWord, type Merge } from "./merge-word.ts";

export interface Bpe {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Ids of a word. */
  readonly encode: (word: string) => readonly number[];
}

/** Words seen before; long ones are rarely seen twice. */
const cached = { words: 20_000, length: 64 } as const;

/** @throws AtelierError `tokens/tokenizer-invalid` */
export function openBpe(model: unknown): Bpe {
  if (!isRecord(model) || !isRecord(model["vocab"])) throw invalidTokenizer("tokenizer.json has no vocabulary");
  const { type } = model;
  if ((type ?? "BPE") !== "BPE" || !("merges" in model)) throw unknownPart("model", type);
  if (typeof model["dropout"] === "number" && model["dropout"] > 0) throw unknownPart("dropout", model["dropout"]);
  const vocabulary = vocabularyOf(model["vocab"]);
  const width = widthOf(vocabulary);
  const merges = mergesOf(model, vocabulary, width);
  const symbols = symbolizer(model, vocabulary);
  const keepsWhole = model["ignore_merges"] === true;
  const seen = new Map<string, readonly number[]>();
  const encode = (word: string): readonly number[] => {
    const whole = keepsWhole ? vocabulary.get(word) : undefined;
    if (whole !== undefined) return [whole];
    const known = seen.get(word);
    if (known) return known;
    const ids = mergeWord(symbols(word), width, merges);
    if (seen.size >= cached.words) seen.clear();
    if (word.length <= cached.length) seen.set(word, ids);
    return ids;
  };
  return { vocabulary, encode };
}

function vocabularyOf(vocab: Json): Map<string, number> {
  const vocabulary = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0)
      throw invalidTokenizer(`the id of ${JSON.stringify(token)} is no whole number`);
    vocabulary.set(token, id);
  }
  return vocabulary;
}

/** By pair of ids. A pair that comes twice has the later rank. */
function mergesOf(model: Json, vocabulary: ReadonlyMap<string, number>, width: number): Map<number, Merge> {
  const prefix = textOrNull(model["continuing_subword_prefix"]) ?? "";
  const merges = new Map<number, Merge>();
  for (const [rank, entry] of requireList(model["merges"], "merges").entries()) {
    const pair: unknown = typeof entry === "string" ? entry.split(" ") : entry;
    const [left, right] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : [];
    if (typeof left !== "string" || typeof right !== "string") throw invalidTokenizer(`merge ${rank + 1} is no pair`);
    const joined = left + (prefix !== "" && right.startsWith(prefix) ? right.slice(prefix.length) : right);
    const [a, b, id] = [left, right, joined].map((token) => vocabulary.get(token));
    if (a === undefined || b === undefined || id === undefined)
      throw invalidTokenizer(`merge ${rank + 1}, ${JSON.stringify([left, right])}, needs a token that the vocabulary lacks`);
    merges.set(a * width + b, { rank, id });
  }
  return merges;
}

/** Above every id, so that a pair of ids is one number. */
function widthOf(vocabulary: ReadonlyMap<string, number>): number {
  let highest = 0;
  for (const id of vocabulary.values()) if (id > highest) highest = id;
  return highest + 1;
}

/** Characters to ids: unknown ones become bytes where the model has them, else the unknown token, else nothing. */
function symbolizer(model: Json, vocabulary: ReadonlyMap<string, number>): (word: string) => number[] {
  const [prefix, suffix] = [textOrNull(model["continuing_subword_prefix"]), textOrNull(model["end_of_word_suffix"])];
  const unknownToken = textOrNull(model["unk_token"]);
  const unknown = unknownToken === null ? undefined : vocabulary.get(unknownToken);
  const fallsBack = model["byte_fallback"] === true;
  const fuses = model["fuse_unk"] === true;
  return (word) => {
    const ids: number[] = [];
    let pending = false;
    const flush = (): void => {
      if (pending && unknown !== undefined) ids.push(unknown);
      pending = false;
    };
    const characters = Array.from(word);
    for (const [at, character] of characters.entries()) {
      const symbol = (at > 0 ? (prefix ?? "") : "") + character + (at === characters.length - 1 ? (suffix ?? "") : "");
      const id = vocabulary.get(symbol);
      const bytes = id === undefined && fallsBack ? bytesOf(symbol, vocabulary) : null;
      if (id !== undefined) {
        flush();
        ids.push(id);
      } else if (bytes) ids.push(...bytes);
      else if (unknownToken !== null) {
        if (unknown === undefined) throw invalidTokenizer(`its unknown token ${JSON.stringify(unknownToken)} is no token`);
        if (!fuses) flush();
        pending = true;
      }
    }
    flush();
    return ids;
  };
}

const encoder = new TextEncoder();

/** Null where not all bytes are tokens. */
function bytesOf(symbol: string, vocabulary: ReadonlyMap<string, number>): number[] | null {
  const ids = Array.from(encoder.encode(symbol), (byte) => vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`));
  return ids.every((id) => id !== undefined) ? ids : null;
}

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
