// Text to ids and back as tokenizer.json describes it, through the normalizers, pre-tokenizers, models and decoders of
// transformers.js. In front of them stand the search for added tokens, and other words for the steps that it takes otherwise than
// the published Python implementation (the Rust crate tokenizers).
import { isRecord, type Json } from "../../base/json.ts";
import { words } from "../../words/message.ts";
import { PreTrainedTokenizer } from "@xenova/transformers";
import { addedTokenSplitter, type AddedToken } from "./added-tokens.ts";
import { decodeAll, openStream, type DecoderStep, type TextStream } from "./decoding.ts";
import { invalidTokenizer } from "./file-json.ts";
import { checkModel } from "./model.ts";
import { decoderSteps, dropUnknown, normalizerSteps, preTokenizerSteps } from "./published-steps.ts";

export interface Pipeline {
  /** Without tokens at start and end. */
  readonly encode: (text: string) => number[];
  /** Ids that are no token have no text. */
  readonly decode: (ids: readonly number[], withSpecial: boolean) => string;
  /** The same, token by token. */
  readonly decodeStream: (withSpecial: boolean) => TextStream;
  readonly idOf: (token: string) => number | undefined;
  readonly tokenOf: (id: number) => string | undefined;
  readonly specialIds: ReadonlySet<number>;
}

/** What is used of transformers.js, whose declarations leave the parts of a tokenizer open. */
interface Steps {
  readonly normalizer: { normalize(text: string): string };
  readonly pre_tokenizer: { pre_tokenize(text: string, options: { readonly section_index: number }): string[] };
  readonly model: (words: readonly string[]) => string[];
  readonly decoder: { readonly decoders: readonly DecoderStep[] };
}

/**
 * @param tokenizer tokenizer.json, parsed
 * @param declare gives all added tokens, from the vocabulary of the model
 * @throws AtelierError `tokens/tokenizer-invalid` naming what is missing or not known
 */
export function openPipeline(tokenizer: unknown, declare: (vocabulary: ReadonlyMap<string, number>) => readonly AddedToken[]): Pipeline {
  if (!isRecord(tokenizer)) throw invalidTokenizer(words("tokens/no-object", { what: "tokenizer.json" }));
  const model = checkModel(tokenizer["model"]);
  const { vocabulary } = model;
  const added = declare(vocabulary);
  const steps = openSteps(tokenizer, model.json, vocabulary);
  const decoding = isMissing(tokenizer["decoder"]) ? null : steps.decoder.decoders;
  const unknownId = vocabulary.get(String(model.json["unk_token"]));
  const normalize = (text: string): string => steps.normalizer.normalize(text);
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
    decode: (all, withSpecial) => decodeAll(decodeStream(withSpecial), all),
    decodeStream,
    idOf: (token) => ids.get(token) ?? vocabulary.get(token),
    tokenOf: (id) => tokens.get(id),
    specialIds,
  };

  function decodeStream(withSpecial: boolean): TextStream {
    return openStream(decoding, (id) => (withSpecial || !specialIds.has(id) ? tokens.get(id) : undefined));
  }

  function encodePart(part: ReturnType<typeof splitNormalized>[number], isFirst: boolean, found: number[]): void {
    if ("id" in part) {
      found.push(part.id);
      return;
    }
    const parts = steps.pre_tokenizer.pre_tokenize(part.text, { section_index: isFirst && part.isFirst ? 0 : 1 });
    // Word by word: unknown characters are fused within one word only.
    for (const word of parts) {
      for (const token of steps.model([word])) {
        const id = vocabulary.get(token) ?? unknownId;
        if (id !== undefined) found.push(id);
      }
    }
  }
}

const isMissing = (value: unknown): boolean => value === null || value === undefined;

function openSteps(tokenizer: Json, model: Json, vocabulary: ReadonlyMap<string, number>): Steps {
  const preTokenizers = [...preTokenizerSteps(tokenizer["pre_tokenizer"]), ...dropUnknown(model, vocabulary)];
  const json = {
    normalizer: { type: "Sequence", normalizers: normalizerSteps(tokenizer["normalizer"]) },
    pre_tokenizer: { type: "Sequence", pretokenizers: preTokenizers },
    model,
    decoder: { type: "Sequence", decoders: decoderSteps(tokenizer["decoder"]) },
    post_processor: null,
    added_tokens: [],
  };
  const { _tokenizer: inner } = new PreTrainedTokenizer(json, {});
  return inner as unknown as Steps;
}
