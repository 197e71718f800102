// A second byte-level BPE, written from the published descriptions (Sennrich et al. 2016; Radford et al. 2019) and from tokenizer.json
// alone, slow and plain, to hold the tokenizer of the application against. White space and digits are Unicode's, as the
// Python implementation has them, not JavaScript's.

interface TokenizerJson {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (string | readonly [string, string])[] };
}

/** How a published tokenizer cuts a text into words, given as one pattern per step. */
export interface Splitting {
  readonly normalize: (text: string) => string;
  readonly steps: readonly RegExp[];
}

const space = String.raw`\p{White_Space}`;
const word = (pattern: string): RegExp =>
  new RegExp(pattern.replaceAll(String.raw`\s`, space).replaceAll(String.raw`\S`, String.raw`\P{White_Space}`), "gu");
const gpt2 = word(String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`);

export const splittings = {
  gpt2: { normalize: (text) => text, steps: [gpt2] },
  "smollm-135m": { normalize: (text) => text, steps: [/\P{N}+|\p{N}/gu, gpt2] },
  "qwen2.5": {
    normalize: (text) => text.normalize("NFC"),
    steps: [
      word(
        String.raw`'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
      ),
    ],
  },
} satisfies Readonly<Record<string, Splitting>>;

export class BpeReference {
  readonly #vocab: ReadonlyMap<string, number>;
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #added: readonly { readonly id: number; readonly content: string }[];
  readonly #splitting: Splitting;

  constructor(json: unknown, splitting: Splitting) {
    const { model, added_tokens: added } = json as TokenizerJson;
    this.#vocab = new Map(Object.entries(model.vocab));
    this.#ranks = new Map(model.merges.map((merge, rank) => [typeof merge === "string" ? merge : merge.join(" "), rank]));
    this.#added = added.toSorted((a, b) => b.content.length - a.content.length);
    this.#splitting = splitting;
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    let plain = "";
    for (let at = 0; at < text.length;) {
      const token = this.#added.find(({ content }) => text.startsWith(content, at));
      if (token) {
        ids.push(...this.#words(plain), token.id);
        plain = "";
      } else plain += text[at];
      at += token?.content.length ?? 1;
    }
    return [...ids, ...this.#words(plain)];
  }

  #words(text: string): number[] {
    let pieces = [this.#splitting.normalize(text)];
    for (const step of this.#splitting.steps) pieces = pieces.flatMap((piece) => piece.match(step) ?? []);
    return pieces.flatMap((piece) => this.#merge([...new TextEncoder().encode(piece)].map((byte) => alphabet[byte] as string)));
  }

  /** Joins the neighbours with the earliest merge, all of them, until none is left. */
  #merge(symbols: readonly string[]): number[] {
    // Bytes that are no token are dropped first, where the tokenizer has no unknown token (models/bpe/model.rs, merge_word).
    let current = symbols.filter((symbol) => this.#vocab.has(symbol));
    for (;;) {
      const rankAt = (at: number): number => this.#ranks.get(`${current[at] ?? ""} ${current[at + 1] ?? ""}`) ?? Infinity;
      const best = current.slice(1).reduce((lowest, _, at) => Math.min(lowest, rankAt(at)), Infinity);
      if (best === Infinity) return current.map((symbol) => this.#vocab.get(symbol) ?? -1);
      const next: string[] = [];
      for (let at = 0; at < current.length; at++) {
        if (rankAt(at) === best) next.push((current[at] as string) + (current[++at] as string));
        else next.push(current[at] as string);
      }
      current = next;
    }
  }
}

/** GPT-2's bytes_to_unicode. */
const alphabet = ((): string[] => {
  const own = new Set([...range(33, 126), ...range(161, 172), ...range(174, 255)]);
  let next = 256;
  return range(0, 255).map((byte) => String.fromCodePoint(own.has(byte) ? byte : next++));
})();

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
