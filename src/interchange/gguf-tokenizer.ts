// The tokenizer of a GGUF file as the tokenizer.json and tokenizer_config.json of the same model, so that one implementation
// serves both. Two kinds exist: byte-level BPE ("gpt2") with its merges, and SentencePiece BPE ("llama") with scores.
import { AtelierError } from "../base/errors.ts";
import { invalidGguf, type Metadata } from "./gguf-header.ts";

type Json = Record<string, unknown>;

export interface GgufTokenizer {
  readonly tokenizer: Json;
  readonly config: Json;
  /** In the form of generation_config.json: all tokens that end an answer. */
  readonly generation: Json;
}

/** Of llama.cpp's llama_token_type, the ones that matter here. */
const tokenTypes = { unknown: 2, control: 3, userDefined: 4 } as const;

const isolated = (pattern: string): Json => ({ type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false });
const bytes = (splits: boolean): Json => ({ type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: splits });
const sequence = (...pretokenizers: Json[]): Json => ({ type: "Sequence", pretokenizers });
/** As in the tokenizer.json of Llama 3 and Qwen 2; they differ in how many digits stay together. */
const wordPattern = (digits: string): string =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

interface PreTokenizer {
  readonly split: Json;
  /** Unicode normalization before splitting. */
  readonly normalizer?: Json;
  /** A piece that is a token stays one, whatever the merges say. */
  readonly ignoreMerges?: boolean;
  /** Texts start with the start token where the file does not say. */
  readonly startsTexts?: boolean;
}

const gpt2: PreTokenizer = { split: bytes(true) };
const llama3: PreTokenizer = {
  split: sequence(isolated(wordPattern("\\p{N}{1,3}")), bytes(false)),
  ignoreMerges: true,
  startsTexts: true,
};
const digits: PreTokenizer = { split: sequence({ type: "Digits", individual_digits: true }, bytes(true)) };

/** By tokenizer.ggml.pre, as llama.cpp names them (llama-vocab.cpp). A wrong split gives wrong ids, so others are refused. */
const preTokenizers: Readonly<Record<string, PreTokenizer>> = {
  "gpt-2": gpt2,
  "phi-2": gpt2,
  olmo: gpt2,
  // Files without a name are conversions of models that split as GPT-2 does.
  default: gpt2,
  "llama-bpe": llama3,
  dbrx: { ...llama3, ignoreMerges: false, startsTexts: false },
  qwen2: { split: sequence(isolated(wordPattern("\\p{N}")), bytes(false)), normalizer: { type: "NFC" } },
  smollm: digits,
  starcoder: digits,
};

/** @throws AtelierError `tokens/tokenizer-invalid`, `model/file-invalid`, naming the key. */
export function tokenizerOf(file: string, metadata: Metadata): GgufTokenizer {
  const kind = metadata.text("tokenizer.ggml.model");
  const tokens = metadata.texts("tokenizer.ggml.tokens");
  if (kind === undefined || !tokens) throw refused(file, "no tokenizer");
  const types = metadata.numbers("tokenizer.ggml.token_type") ?? [];
  if (types.length > 0 && types.length !== tokens.length)
    throw invalidGguf(file, `it has ${tokens.length} tokens but ${types.length} types of tokens`);
  const vocabulary = { file, metadata, tokens, types };
  switch (kind) {
    case "gpt2":
      return byteLevel(vocabulary);
    case "llama":
      return sentencePiece(vocabulary);
    default:
      throw refused(file, `a tokenizer of the kind "${kind}"`);
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
  const pre = Object.hasOwn(preTokenizers, name) ? preTokenizers[name] : undefined;
  if (!pre) throw refused(file, `a tokenizer that splits texts as "${name}"`);
  const merges = metadata.texts("tokenizer.ggml.merges");
  if (!merges) throw invalidGguf(file, "its header has no tokenizer.ggml.merges");
  const model = { type: "BPE", vocab: vocabOf(tokens), merges, byte_fallback: false, ignore_merges: pre.ignoreMerges ?? false };
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
  if (scores?.length !== tokens.length) throw invalidGguf(file, `it has ${tokens.length} tokens but ${scores?.length ?? 0} scores`);
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
      vocab: vocabOf(tokens),
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
    const id = metadata.number(`tokenizer.ggml.${key}_token_id`);
    if (id !== undefined && tokens[id] === undefined) throw invalidGguf(file, `tokenizer.ggml.${key}_token_id is ${id}, which is no token`);
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
      added_tokens: addedTokens(tokens, types),
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

function chatTemplate(metadata: Metadata): Json {
  const text = metadata.text("tokenizer.chat_template");
  return text === undefined ? {} : { chat_template: text };
}

/** Runs of spaces that are tokens of their own come out of the merges: in the text they are spaces, not "▁". */
function addedTokens(tokens: readonly string[], types: readonly number[]): Json[] {
  return tokens.flatMap((content, id) => {
    const type = types[id];
    const special = type === tokenTypes.control || type === tokenTypes.unknown;
    if (!special && (type !== tokenTypes.userDefined || content.includes("▁"))) return [];
    return [{ id, content, special, single_word: false, lstrip: false, rstrip: false, normalized: false }];
  });
}

function template(tokens: readonly string[], before: readonly number[], after: readonly number[]): Json {
  const piece = (id: number): Json => ({ SpecialToken: { id: tokens[id], type_id: 0 } });
  const single = [...before.map(piece), { Sequence: { id: "A", type_id: 0 } }, ...after.map(piece)];
  const used = [...before, ...after].map((id) => [tokens[id], { id: tokens[id], ids: [id], tokens: [tokens[id]] }] as const);
  return { type: "TemplateProcessing", single, pair: single, special_tokens: Object.fromEntries(used) };
}

/** Tokens are in order of their ids; a token that comes twice keeps its first id. */
function vocabOf(tokens: readonly string[]): Record<string, number> {
  const vocab: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const [id, token] of tokens.entries()) vocab[token] ??= id;
  return vocab;
}

function refused(file: string, what: string): AtelierError {
  return new AtelierError(
    "tokens/tokenizer-invalid",
    `${file} has ${what}, which Atelier does not read from GGUF.`,
    "Choose another file of the model, or the same model as safetensors with its tokenizer.json.",
  );
}
