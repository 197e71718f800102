// The tokenizer of a GGUF file as the tokenizer.json and tokenizer_config.json of the same model, so that one implementation
// serves both. Two kinds exist: byte-level BPE ("gpt2") with its merges, and SentencePiece BPE ("llama") with scores.
import { AtelierError } from "../base/errors.ts";
import { words, type Words } from "../words/message.ts";
import { invalidGguf } from "./gguf-errors.ts";
import type { Metadata } from "./gguf-header.ts";
import { mergesIntoTokens } from "./gguf-merges.ts";
import { bytes, preTokenizerOf } from "./gguf-pre-tokenizers.ts";

type Json = Record<string, unknown>;

export interface GgufTokenizer {
  readonly tokenizer: Json;
  readonly config: Json;
  /** In the form of generation_config.json: all tokens that end an answer. */
  readonly generation: Json;
}

/** Of llama.cpp's llama_token_type, the ones that matter here. */
const tokenTypes = { unknown: 2, control: 3, userDefined: 4, unused: 5 } as const;

/** @throws AtelierError `tokens/tokenizer-invalid`, `model/file-invalid`, naming the key. */
export function tokenizerOf(file: string, metadata: Metadata): GgufTokenizer {
  const kind = metadata.text("tokenizer.ggml.model");
  const tokens = metadata.texts("tokenizer.ggml.tokens");
  if (kind === undefined || !tokens) throw new AtelierError("tokens/tokenizer-invalid#gguf-none", { file });
  const types = metadata.numbers("tokenizer.ggml.token_type") ?? [];
  if (types.length > 0 && types.length !== tokens.length)
    throw invalidGguf(file, words("gguf/types-of-tokens", { tokens: tokens.length, types: types.length }));
  const vocabulary = { file, metadata, tokens, types };
  switch (kind) {
    case "gpt2":
      return byteLevel(vocabulary);
    case "llama":
      return sentencePiece(vocabulary);
    default:
      throw refused(file, words("gguf/tokenizer-kind", { kind }));
  }
}

interface Vocabulary {
  readonly file: string;
  readonly metadata: Metadata;
  readonly tokens: readonly string[];
  readonly types: readonly number[];
}

function byteLevel(vocabulary: Vocabulary): GgufTokenizer {
  const { file, metadata, tokens } = vocabulary;
  const name = metadata.text("tokenizer.ggml.pre") ?? "default";
  const pre = preTokenizerOf(name, metadata.text("general.architecture"));
  if (!pre) throw refused(file, words("gguf/tokenizer-split", { name }));
  const found = metadata.texts("tokenizer.ggml.merges");
  if (!found) throw invalidGguf(file, words("gguf/no-key", { key: "tokenizer.ggml.merges" }));
  const merges = mergesIntoTokens(found, tokens);
  const model = { type: "BPE", vocab: vocabOf(vocabulary), merges, byte_fallback: false, ignore_merges: pre.ignoreMerges ?? false };
  return finish(vocabulary, pre.startsTexts ?? false, {
    normalizer: pre.normalizer ?? null,
    pre_tokenizer: pre.split,
    decoder: bytes(true),
    model,
  });
}

function sentencePiece(vocabulary: Vocabulary): GgufTokenizer {
  const { file, metadata, tokens, types } = vocabulary;
  const scores = metadata.numbers("tokenizer.ggml.scores");
  if (scores?.length !== tokens.length)
    throw invalidGguf(file, words("gguf/scores", { tokens: tokens.length, scores: scores?.length ?? 0 }));
  const spaceFirst = metadata.flag("tokenizer.ggml.add_space_prefix") ?? true;
  const spaces = { type: "Replace", pattern: { String: " " }, content: "▁" };
  const unknown = tokens[metadata.number("tokenizer.ggml.unknown_token_id") ?? types.indexOf(tokenTypes.unknown)];
  return finish(vocabulary, true, {
    normalizer: spaceFirst ? { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, spaces] } : spaces,
    pre_tokenizer: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(spaceFirst ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      type: "BPE",
      vocab: vocabOf(vocabulary),
      merges: mergesByScore(tokens, scores),
      unk_token: unknown ?? null,
      fuse_unk: true,
      byte_fallback: true,
    },
  });
}

/**
 * SentencePiece merges the pair whose joined piece has the best score; as a list of merges: every way to split a piece into two
 * pieces, best pieces first. The same as generate_merges in transformers' convert_slow_tokenizer.py.
 */
function mergesByScore(tokens: readonly string[], scores: readonly number[]): [string, string][] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges: { readonly pair: [string, string]; readonly score: number }[] = [];
  for (const [id, token] of tokens.entries()) {
    const characters = Array.from(token);
    const splits: [string, string][] = [];
    for (let at = 1; at < characters.length; at++) {
      const pair: [string, string] = [characters.slice(0, at).join(""), characters.slice(at).join("")];
      if (ids.has(pair[0]) && ids.has(pair[1])) splits.push(pair);
    }
    splits.sort((a, b) => (ids.get(a[0]) ?? 0) - (ids.get(b[0]) ?? 0) || (ids.get(a[1]) ?? 0) - (ids.get(b[1]) ?? 0));
    merges.push(...splits.map((pair) => ({ pair, score: scores[id] ?? 0 })));
  }
  const length = (text: string): number => Array.from(text).length;
  merges.sort((a, b) => b.score - a.score || length(b.pair[0]) - length(a.pair[0]) || length(b.pair[1]) - length(a.pair[1]));
  return merges.map(({ pair }) => pair);
}

function finish({ file, metadata, tokens, types }: Vocabulary, startsTexts: boolean, parts: Json): GgufTokenizer {
  const idOf = (key: string): number | undefined => {
    const name = `tokenizer.ggml.${key}_token_id`;
    const id = metadata.number(name) ?? usualId(key, metadata, types);
    if (id !== undefined && tokens[id] === undefined) throw invalidGguf(file, words("gguf/no-token", { key: name, id: String(id) }));
    return id;
  };
  const [start, end, endOfTurn] = [idOf("bos"), idOf("eos"), idOf("eot")];
  const adds = (key: string, otherwise: boolean): boolean => metadata.flag(`tokenizer.ggml.add_${key}_token`) ?? otherwise;
  const before = adds("bos", startsTexts) && start !== undefined ? [start] : [];
  const after = adds("eos", false) && end !== undefined ? [end] : [];
  const named = (id: number | undefined): string | null => (id === undefined ? null : (tokens[id] as string));
  return {
    tokenizer: {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: addedTokens(tokens, types, swallowsSpace(metadata)),
      post_processor: before.length + after.length > 0 ? template(tokens, before, after) : null,
      ...parts,
    },
    config: {
      tokenizer_class: "PreTrainedTokenizerFast",
      bos_token: named(start),
      eos_token: named(end),
      unk_token: named(idOf("unknown")),
      pad_token: named(idOf("padding")),
      clean_up_tokenization_spaces: false,
      ...chatTemplate(metadata),
    },
    generation: { eos_token_id: [end, endOfTurn].filter((id) => id !== undefined) },
  };
}

/** Files of the kind "llama" may leave out what SentencePiece has at 1 and 2 (llama-vocab.cpp). */
function usualId(key: string, metadata: Metadata, types: readonly number[]): number | undefined {
  const id = metadata.text("tokenizer.ggml.model") === "llama" ? { bos: 1, eos: 2 }[key] : undefined;
  return id !== undefined && types[id] === tokenTypes.control ? id : undefined;
}

function chatTemplate(metadata: Metadata): Json {
  const text = metadata.text("tokenizer.chat_template");
  return text === undefined ? {} : { chat_template: text };
}

/**
 * The markers of Phi-3 swallow the white space after them. The file does not say so; llama.cpp knows it by the model's name
 * (llama-vocab.cpp), which does not reach copies of another name, so the architecture counts too: its own vocabulary is the only
 * one with scores.
 */
function swallowsSpace(metadata: Metadata): (content: string) => boolean {
  const name = (metadata.text("general.name") ?? "").toLowerCase();
  const isPhi3 = metadata.text("general.architecture") === "phi3" || name.includes("phi-3") || name.includes("phi3");
  const exempt = new Set(["<unk>", "<s>", "<|endoftext|>"]);
  return (content) => isPhi3 && metadata.text("tokenizer.ggml.model") === "llama" && !exempt.has(content);
}

/** Runs of spaces that are tokens of their own come out of the merges: in the text they are spaces, not "▁". */
function addedTokens(tokens: readonly string[], types: readonly number[], rstrip: (content: string) => boolean): Json[] {
  return tokens.flatMap((content, id) => {
    const type = types[id];
    const special = type === tokenTypes.control || type === tokenTypes.unknown;
    if (!special && (type !== tokenTypes.userDefined || content.includes("▁"))) return [];
    return [{ id, content, special, single_word: false, lstrip: false, rstrip: rstrip(content), normalized: false }];
  });
}

function template(tokens: readonly string[], before: readonly number[], after: readonly number[]): Json {
  const piece = (id: number): Json => ({ SpecialToken: { id: tokens[id], type_id: 0 } });
  const single = [...before.map(piece), { Sequence: { id: "A", type_id: 0 } }, ...after.map(piece)];
  const used = [...before, ...after].map((id) => [tokens[id], { id: tokens[id], ids: [id], tokens: [tokens[id]] }] as const);
  return { type: "TemplateProcessing", single, pair: single, special_tokens: Object.fromEntries(used) };
}

/**
 * Tokens are in order of their ids.
 * @throws AtelierError `model/file-invalid` where two have one text: the later would never be made, and read as the former
 */
function vocabOf({ file, tokens, types }: Vocabulary): Record<string, number> {
  const vocab: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const [id, token] of tokens.entries()) {
    const other = vocab[token];
    if (other !== undefined && types[id] !== tokenTypes.unused && types[other] !== tokenTypes.unused)
      throw invalidGguf(file, words("gguf/same-tokens", { first: String(other), second: String(id), token: JSON.stringify(token) }));
    if (other === undefined || types[other] === tokenTypes.unused) vocab[token] = id;
  }
  return vocab;
}

function refused(file: string, what: Words): AtelierError {
  return new AtelierError("tokens/tokenizer-invalid#gguf", { file, what });
}
