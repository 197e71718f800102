// Text to ids and back as tokenizer.json describes it, step for step as the published Python implementation (the Rust crate
// tokenizers) takes it: added tokens, normalizer, added tokens again, pre-tokenizer, model; decoder.
import { addedTokenSplitter, type AddedToken } from "./added-tokens.ts";
import { openBpe } from "./bpe.ts";
import { openDecoder } from "./decoders.ts";
import { invalidTokenizer, isRecord } from "./file-json.ts";
import { openNormalizer } from "./normalizers.ts";
import { openPreTokenizer } from "./pre-tokenizers.ts";

export interface Pipeline {
  /** Without tokens at start and end. */
  readonly encode: (text: string) => number[];
  /** Ids that are no token have no text. */
  readonly decode: (ids: readonly number[], withSpecial: boolean) => string;
  readonly idOf: (token: string) => number | undefined;
  readonly tokenOf: (id: number) => string | undefined;
  readonly specialIds: ReadonlySet<number>;
}

/**
 * @param tokenizer tokenizer.json, parsed
 * @param declare gives all added tokens, from the vocabulary of the model
 * @throws AtelierError `tokens/tokenizer-invalid` naming what is missing or not known
 */
export function openPipeline(tokenizer: unknown, declare: (vocabulary: ReadonlyMap<string, number>) => readonly AddedToken[]): Pipeline {
  if (!isRecord(tokenizer)) throw invalidTokenizer("tokenizer.json is no object");
  const { vocabulary, encode: encodeWord } = openBpe(tokenizer["model"]);
  const added = declare(vocabulary);
  const normalize = openNormalizer(tokenizer["normalizer"]);
  const preTokenize = openPreTokenizer(tokenizer["pre_tokenizer"]);
  const decodeTokens = openDecoder(tokenizer["decoder"]);
  const [before, after] = [added.filter((token) => !token.normalized), added.filter((token) => token.normalized)];
  const splitRaw = addedTokenSplitter(before, (content) => content);
  const splitNormalized = addedTokenSplitter(after, normalize);
  const tokens = new Map([...vocabulary].map(([token, id]) => [id, token]));
  for (const { id, content } of added) tokens.set(id, content);
  const ids = new Map(added.map(({ id, content }) => [content, id]));
  const specialIds = new Set(added.flatMap(({ id, special }) => (special ? [id] : [])));
  return {
    encode: (text) => {
      const found: number[] = [];
      for (const section of splitRaw(text)) {
        if ("id" in section) found.push(section.id);
        else for (const part of splitNormalized(normalize(section.text))) encodePart(part, section.isFirst, found);
      }
      return found;
    },
    decode: (all, withSpecial) => {
      const shown = withSpecial ? all : all.filter((id) => !specialIds.has(id));
      return decodeTokens(shown.flatMap((id) => tokens.get(id) ?? []));
    },
    idOf: (token) => ids.get(token) ?? vocabulary.get(token),
    tokenOf: (id) => tokens.get(id),
    specialIds,
  };

  function encodePart(part: ReturnType<typeof splitNormalized>[number], isFirst: boolean, found: number[]): void {
    if ("id" in part) {
      found.push(part.id);
      return;
    }
    for (const word of preTokenize(part.text, isFirst && part.isFirst)) for (const id of encodeWord(word)) found.push(id);
  }
}
