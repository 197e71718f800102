// Which tokens are special, and which of them start and end texts, found where transformers finds them: tokenizer_config.json, then
// special_tokens_map.json, then what the tokenizer's class says by itself, and for the end the ids of generation_config.json and
// config.json.
import { isRecord, type Json } from "../base/json.ts";
import { words } from "../words/message.ts";
import type { AddedToken } from "./pipeline/added-tokens.ts";
import { invalidTokenizer, quoted } from "./pipeline/file-json.ts";

/** Special tokens by role, as templates know them: bos_token, eos_token and their kind. */
export type NamedTokens = Readonly<Record<string, string>>;

export interface SpecialTokenSources {
  readonly tokenizer: unknown;
  readonly config: unknown;
  readonly specialTokensMap?: unknown;
  /** generation_config.json and config.json. */
  readonly endTokenSources: readonly unknown[];
}

const roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"] as const;

/** Constructor defaults of the classes in transformers whose published files leave them out. */
const classDefaults: readonly { readonly classes: RegExp; readonly modelType: string; readonly tokens: NamedTokens }[] = [
  {
    classes: /^GPT2Tokenizer(Fast)?$/,
    modelType: "gpt2",
    tokens: { bos_token: "<|endoftext|>", eos_token: "<|endoftext|>", unk_token: "<|endoftext|>" },
  },
  {
    classes: /^GPTNeoXTokenizer(Fast)?$/,
    modelType: "gpt_neox",
    tokens: { bos_token: "<|endoftext|>", eos_token: "<|endoftext|>", unk_token: "<|endoftext|>" },
  },
  {
    classes: /^(Code)?LlamaTokenizer(Fast)?$/,
    modelType: "llama",
    tokens: { bos_token: "<s>", eos_token: "</s>", unk_token: "<unk>" },
  },
  {
    classes: /^GemmaTokenizer(Fast)?$/,
    modelType: "gemma",
    tokens: { bos_token: "<bos>", eos_token: "<eos>", unk_token: "<unk>", pad_token: "<pad>" },
  },
  {
    classes: /^Qwen2Tokenizer(Fast)?$/,
    modelType: "qwen2",
    tokens: { eos_token: "<|endoftext|>", unk_token: "<|endoftext|>", pad_token: "<|endoftext|>" },
  },
];

/** @param isToken defaults of a class count only where the vocabulary has them */
export function namedTokens(
  { config, specialTokensMap, endTokenSources }: SpecialTokenSources,
  isToken: (token: string) => boolean,
): NamedTokens {
  const className = isRecord(config) ? config["tokenizer_class"] : undefined;
  const modelType = endTokenSources
    .map((source) => (isRecord(source) ? source["model_type"] : undefined))
    .find((type) => typeof type === "string");
  const defaults = classDefaults.find((entry) =>
    typeof className === "string" ? entry.classes.test(className) : entry.modelType === modelType,
  );
  const named = roles.flatMap((role) => {
    const written = textOf(config, role) ?? textOf(specialTokensMap, role);
    if (written !== undefined) return [[role, written] as const];
    const usual = isWrittenNull(config, role) ? undefined : defaults?.tokens[role];
    return usual !== undefined && isToken(usual) ? [[role, usual] as const] : [];
  });
  return Object.fromEntries(named);
}

/** Special tokens are texts, or objects that describe an added token. */
function textOf(source: unknown, role: string): string | undefined {
  return isRecord(source) ? contentOf(source[role]) : undefined;
}

function contentOf(value: unknown): string | undefined {
  const content = isRecord(value) ? value["content"] : value;
  return typeof content === "string" && content !== "" ? content : undefined;
}

const isWrittenNull = (source: unknown, role: string): boolean => isRecord(source) && source[role] === null;

/**
 * Tokens of tokenizer.json's `added_tokens`; those of `added_tokens_decoder`, whose flags win; and the special tokens that are
 * named but declared nowhere. A token of the vocabulary keeps its id.
 * @throws AtelierError `tokens/tokenizer-invalid` where two tokens have one id
 */
export function declareAddedTokens(sources: SpecialTokenSources, vocabulary: ReadonlyMap<string, number>): AddedToken[] {
  const { tokenizer, config, specialTokensMap } = sources;
  const declared = new Map<string, AddedToken>();
  const owners = new Map([...vocabulary].map(([token, id]) => [id, token]));
  const declare = (entry: Json, wantedId: number | null): void => {
    const { content } = entry;
    if (typeof content !== "string" || content === "") return;
    const id = declared.get(content)?.id ?? vocabulary.get(content) ?? wantedId ?? Math.max(-1, ...owners.keys()) + 1;
    const owner = owners.get(id);
    if (owner !== undefined && owner !== content)
      throw invalidTokenizer(words("tokens/same-id", { one: quoted(owner), other: quoted(content), id: String(id) }));
    owners.set(id, content);
    declared.set(content, describe(entry, content, id));
  };
  const inFile = isRecord(tokenizer) && Array.isArray(tokenizer["added_tokens"]) ? (tokenizer["added_tokens"] as unknown[]) : [];
  for (const entry of inFile) if (isRecord(entry)) declare(entry, wholeNumber(entry["id"]));
  const decoder = isRecord(config) && isRecord(config["added_tokens_decoder"]) ? config["added_tokens_decoder"] : {};
  for (const [id, entry] of Object.entries(decoder)) if (isRecord(entry)) declare(entry, wholeNumber(Number(id)));
  const named = Object.values(namedTokens(sources, (token) => vocabulary.has(token) || declared.has(token)));
  for (const content of [...named, ...extraTokens(config), ...extraTokens(specialTokensMap)]) {
    const known = declared.get(content);
    if (known) declared.set(content, { ...known, special: true });
    else declare({ content, special: true, normalized: false }, null);
  }
  return [...declared.values()];
}

/** additional_special_tokens, which transformers 5 calls extra_special_tokens. */
function extraTokens(source: unknown): string[] {
  if (!isRecord(source)) return [];
  return ["additional_special_tokens", "extra_special_tokens"].flatMap((key) => {
    const value = source[key];
    const all: unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
    return all.flatMap((token) => contentOf(token) ?? []);
  });
}

function describe(entry: Json, content: string, id: number): AddedToken {
  const special = entry["special"] === true;
  return {
    id,
    content,
    special,
    singleWord: entry["single_word"] === true,
    lstrip: entry["lstrip"] === true,
    rstrip: entry["rstrip"] === true,
    normalized: typeof entry["normalized"] === "boolean" ? entry["normalized"] : !special,
  };
}

const wholeNumber = (value: unknown): number | null => (typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null);

/** eos_token_id is a number or a list of them. */
export function endIdsOf(source: unknown): number[] {
  const ids: unknown = isRecord(source) ? source["eos_token_id"] : undefined;
  return (Array.isArray(ids) ? (ids as unknown[]) : [ids]).filter((id) => typeof id === "number");
}

/**
 * The tokens that a text starts with: what the post-processor puts there; without one, the start token where the configuration
 * asks for it, as LlamaTokenizer and its relatives do unless told otherwise.
 */
export function startIdsOf(
  { tokenizer, config }: SpecialTokenSources,
  named: NamedTokens,
  idOf: (token: string) => number | undefined,
): number[] {
  const postProcessor = isRecord(tokenizer) ? tokenizer["post_processor"] : null;
  const fromFile = startOfTemplate(postProcessor, idOf);
  if (fromFile) return fromFile;
  const className = isRecord(config) ? config["tokenizer_class"] : undefined;
  const isLlama = typeof className === "string" && /^(CodeLlama|Llama|Gemma|Cohere)Tokenizer(Fast)?$/.test(className);
  const asked = isRecord(config) ? config["add_bos_token"] : undefined;
  const hasNone = postProcessor === null || postProcessor === undefined;
  const adds = asked === true ? hasNone || isLlama : asked !== false && hasNone && isLlama;
  const id = adds && named["bos_token"] !== undefined ? idOf(named["bos_token"]) : undefined;
  return id === undefined ? [] : [id];
}

/** Null where the post-processor says nothing about special tokens. */
function startOfTemplate(step: unknown, idOf: (token: string) => number | undefined): number[] | null {
  if (!isRecord(step)) return null;
  switch (step["type"]) {
    case "TemplateProcessing":
      return startOfSingle(step, idOf);
    case "BertProcessing":
    case "RobertaProcessing": {
      const id: unknown = Array.isArray(step["cls"]) ? step["cls"][1] : undefined;
      return typeof id === "number" ? [id] : [];
    }
    case "ByteLevel":
      return null;
    case "Sequence": {
      const steps = Array.isArray(step["processors"]) ? (step["processors"] as unknown[]) : [];
      const found = steps.flatMap((inner) => startOfTemplate(inner, idOf) ?? []);
      return steps.every((inner) => startOfTemplate(inner, idOf) === null) ? null : found;
    }
    default:
      throw invalidTokenizer(words("tokens/post-processor", { name: quoted(step["type"]) }));
  }
}

function startOfSingle(step: Json, idOf: (token: string) => number | undefined): number[] {
  const parts = Array.isArray(step["single"]) ? (step["single"] as unknown[]) : [];
  const table = isRecord(step["special_tokens"]) ? step["special_tokens"] : {};
  const ids: number[] = [];
  for (const part of parts) {
    const token = isRecord(part) && isRecord(part["SpecialToken"]) ? part["SpecialToken"]["id"] : undefined;
    if (typeof token !== "string") break;
    const entry = table[token];
    const listed: unknown = isRecord(entry) ? entry["ids"] : undefined;
    const own = idOf(token);
    const found = Array.isArray(listed) ? (listed as unknown[]).filter((id) => typeof id === "number") : own === undefined ? [] : [own];
    ids.push(...found);
  }
  return ids;
}
