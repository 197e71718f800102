// A model's tokenizer and chat template from its files, the same as the published Python implementation gives.
import { AtelierError } from "../base/errors.ts";
import { words } from "../words/message.ts";
import { chatRenderer, chatTemplates, type RenderChat } from "./chat-template.ts";
import type { TextStream } from "./pipeline/decoding.ts";
import { openPipeline, type Pipeline } from "./pipeline/pipeline.ts";
import { invalidTokenizer } from "./pipeline/file-json.ts";
import { declareAddedTokens, endIdsOf, namedTokens, startIdsOf, type SpecialTokenSources } from "./special-tokens.ts";
import { turnEnds } from "./turn-ends.ts";

export interface TokenizerFiles {
  /** tokenizer.json, parsed. */
  readonly tokenizer: unknown;
  /** tokenizer_config.json, parsed. */
  readonly config: unknown;
  /** special_tokens_map.json, parsed, where the model has one. */
  readonly specialTokensMap?: unknown;
  /** chat_template.jinja where the model has it as a file. */
  readonly template?: string;
  /** generation_config.json and config.json, for the tokens that end an answer. */
  readonly endTokenSources: readonly unknown[];
}

export interface Tokenizer {
  /**
   * Text as it stands in a document: with the tokens that the model expects at the start, once, and without the one that ends it
   * ({@link Tokenizer.endId}), which some tokenizers add too.
   */
  encodeText(text: string): number[];
  /** Rendered chats, and parts of them, already hold their special tokens. */
  encodeChat(rendered: string): number[];
  /** Special tokens are left out unless asked for. */
  decode(ids: readonly number[], options?: { readonly special: boolean }): string;
  /** The same of tokens that come one by one; what is said is not taken back. */
  decodeStream(options?: { readonly special: boolean }): TextStream;
  /** @throws AtelierError `tokens/template` with the template's words. */
  readonly renderChat: RenderChat;
  readonly hasChatTemplate: boolean;
  /** Tokens that end an answer. */
  readonly endIds: ReadonlySet<number>;
  /** The end token of texts (`eos_token`): closes documents, and answers whose template closes them with nothing. Null: nothing ends. */
  readonly endId: number | null;
}

/** @throws AtelierError `tokens/tokenizer-invalid`, `tokens/template` */
export function openTokenizer(files: TokenizerFiles): Tokenizer {
  const pipeline = open(files);
  const named = namedTokens(files, (token) => pipeline.idOf(token) !== undefined);
  const listed = files.endTokenSources.flatMap(endIdsOf);
  const endId = (named["eos_token"] === undefined ? undefined : pipeline.idOf(named["eos_token"])) ?? listed[0] ?? null;
  const endIds = new Set([...(endId === null ? [] : [endId]), ...listed]);
  const templates = chatTemplates(files.template, files.config);
  const ending = endId === null ? undefined : pipeline.tokenOf(endId);
  // The plain template is ours, and closes answers also with an end token that only an id names.
  const tokens = templates === null && ending !== undefined ? { ...named, eos_token: ending } : named;
  const starts = startIdsOf(files, named, pipeline.idOf);
  const withStart = (ids: number[]): number[] => (starts.every((id, at) => ids[at] === id) ? ids : [...starts, ...ids]);
  // Our own template begins a chat as texts begin.
  const startText = templates ? "" : starts.map((id) => pipeline.tokenOf(id) ?? "").join("");
  const render = chatRenderer(templates, tokens);
  const renderChat: RenderChat = (...chat) => startText + render(...chat);
  if (templates) for (const id of turnEnds(renderChat, pipeline.encode, pipeline.specialIds)) endIds.add(id);
  return {
    encodeText: (text) => withStart(pipeline.encode(text)),
    encodeChat: (rendered) => pipeline.encode(rendered),
    decode: (ids, options) => pipeline.decode(ids, options?.special === true),
    decodeStream: (options) => pipeline.decodeStream(options?.special === true),
    renderChat,
    hasChatTemplate: templates !== null,
    endIds,
    endId,
  };
}

function open(files: SpecialTokenSources): Pipeline {
  try {
    return openPipeline(files.tokenizer, (vocabulary) => declareAddedTokens(files, vocabulary));
  } catch (error) {
    if (error instanceof AtelierError) throw error;
    throw invalidTokenizer(words("tokens/malformed"), error);
  }
}
