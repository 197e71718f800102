// The tokenizer of a new model, made of the texts that it will learn: what tokenizer.json and tokenizer_config.json of such a model hold.
import type { Example } from "../data/example.ts";
import { chatMlTemplate } from "./chat-template.ts";
import { trainBpe, type BpeOptions, type TrainedBpe } from "./train-bpe.ts";

interface NewTokenizerOptions extends Pick<BpeOptions, "vocabulary" | "onProgress"> {
  /** Whether there are chats among the examples. */
  readonly chat: boolean;
}

export interface NewTokenizer extends Pick<TrainedBpe, "looked"> {
  /** tokenizer.json */
  readonly tokenizer: Readonly<Record<string, unknown>>;
  /** tokenizer_config.json */
  readonly config: Readonly<Record<string, unknown>>;
  /** As config.json names them. */
  readonly ids: Readonly<Record<string, number>>;
  /** Tokens that there are: fewer than asked for where the texts give no more. */
  readonly vocabulary: number;
}

const endOfText = "<|endoftext|>";
const startOfTurn = "<|im_start|>";
const endOfTurn = "<|im_end|>";

/** What a new tokenizer is made of: texts as they stand, and messages as the template puts them between its special tokens. */
export function* textsOf(examples: Iterable<Example>): Generator<string> {
  for (const example of examples) {
    if (example.kind === "text") yield example.text;
    else for (const { role, content } of example.messages) yield `${role}\n${content}`;
  }
}

/**
 * Without chats, a text starts with its end token, as if another had ended before it: so a model can begin one by itself. Chats start
 * with the token of their first turn.
 * @throws AtelierError `tokens/vocabulary-too-small`
 */
export async function newTokenizer(texts: Iterable<string>, { chat, ...options }: NewTokenizerOptions): Promise<NewTokenizer> {
  const specialTokens = chat ? [endOfText, startOfTurn, endOfTurn] : [endOfText];
  const trained = await trainBpe(texts, { ...options, specialTokens });
  return {
    tokenizer: tokenizerFile(trained, specialTokens, chat ? null : startingWith(endOfText)),
    config: configFile(chat),
    ids: specialIds(chat, specialTokens),
    vocabulary: trained.tokens.length,
    looked: trained.looked,
  };
}

function tokenizerFile(
  { tokens, merges }: TrainedBpe,
  specialTokens: readonly string[],
  postProcessor: object | null,
): NewTokenizer["tokenizer"] {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, id) => ({ id, content, ...flags })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: postProcessor,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

/** @param token the first special token */
function startingWith(token: string): object {
  const special = { SpecialToken: { id: token, type_id: 0 } };
  const sequence = (id: "A" | "B"): object => ({ Sequence: { id, type_id: 0 } });
  return {
    type: "TemplateProcessing",
    single: [special, sequence("A")],
    pair: [special, sequence("A"), special, sequence("B")],
    special_tokens: { [token]: { id: token, ids: [0], tokens: [token] } },
  };
}

function specialIds(chat: boolean, tokens: readonly string[]): NewTokenizer["ids"] {
  const [text, turn] = [tokens.indexOf(endOfText), tokens.indexOf(endOfTurn)];
  return { ...(chat ? { eos_token_id: turn } : { bos_token_id: text, eos_token_id: text }), pad_token_id: text };
}

/** PreTrainedTokenizerFast takes tokenizer.json as it stands; classes of a family put steps of their own in. */
function configFile(chat: boolean): NewTokenizer["config"] {
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    bos_token: chat ? null : endOfText,
    eos_token: chat ? endOfTurn : endOfText,
    pad_token: endOfText,
    ...(chat ? { chat_template: chatMlTemplate } : {}),
  };
}
