// A model's tokenizer and chat template, through transformers.js, from files that are already here: nothing is fetched.
import { PreTrainedTokenizer } from "@xenova/transformers";
import { AtelierError } from "../base/errors.ts";
import type { ChatExample, ChatMessage } from "../data/example.ts";
import { asPublished } from "./published-splitting.ts";

export interface TokenizerFiles {
  /** tokenizer.json, parsed. */
  readonly tokenizer: unknown;
  /** tokenizer_config.json, parsed. */
  readonly config: unknown;
  /** chat_template.jinja where the model has it as a file. */
  readonly template?: string;
  /** generation_config.json and config.json, for the tokens that end an answer. */
  readonly endTokenSources: readonly unknown[];
}

export interface Tokenizer {
  /** Text as it stands in a document: with the tokens that the model expects at the start. */
  encodeText(text: string): number[];
  /** Rendered chats already hold their special tokens. */
  encodeChat(rendered: string): number[];
  /** Special tokens are left out unless asked for. */
  decode(ids: readonly number[], options?: { readonly special: boolean }): string;
  /** @throws AtelierError `tokens/template` with the template's words. */
  renderChat(messages: readonly ChatMessage[], addGenerationPrompt: boolean, tools?: ChatExample["tools"]): string;
  readonly hasChatTemplate: boolean;
  /** Tokens that end an answer. */
  readonly endIds: ReadonlySet<number>;
  /** The end token of texts (`eos_token`): closes documents, and answers whose template closes them with nothing. Null: nothing ends. */
  readonly endId: number | null;
}

/** For base models without a template: plain, and ending answers with the model's own end token. */
const plainTemplate =
  "{% for message in messages %}{{ message['role'] | capitalize + ': ' + message['content'] + (eos_token if message['role'] == 'assistant' else '') + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

/** @throws AtelierError `tokens/tokenizer-invalid` */
export function openTokenizer({ tokenizer, config, template, endTokenSources }: TokenizerFiles): Tokenizer {
  const inner = construct(tokenizer, config);
  const chatTemplate = template ?? ownTemplate(inner);
  const endIds = new Set<number>([inner.eos_token_id, ...endTokenSources.flatMap(endTokensOf)].filter((id) => typeof id === "number"));
  const opened = chatter(inner, chatTemplate, endIds);
  for (const id of turnEnds(opened, specialIds(tokenizer))) endIds.add(id);
  return opened;
}

function chatter(inner: PreTrainedTokenizer, chatTemplate: string | null, endIds: ReadonlySet<number>): Tokenizer {
  return {
    encodeText: (text) => [...inner.encode(text)],
    encodeChat: (rendered) => [...inner.encode(rendered, { add_special_tokens: false })],
    decode: (ids, options) =>
      ids.length === 0 ? "" : inner.decode([...ids], { skip_special_tokens: !options?.special, clean_up_tokenization_spaces: false }),
    renderChat: (messages, addGenerationPrompt, tools) => {
      try {
        const rendered = inner.apply_chat_template([...messages] as never, {
          tokenize: false,
          add_generation_prompt: addGenerationPrompt,
          ...(tools ? { tools: [...tools] as never } : {}),
          chat_template: chatTemplate ?? plainTemplate,
        });
        return rendered;
      } catch (error) {
        throw new AtelierError(
          "tokens/template",
          `The model's chat template refuses this chat: ${error instanceof Error ? error.message : String(error)}`,
          "Check the order of the roles; some models take no system message.",
          { cause: error },
        );
      }
    },
    hasChatTemplate: chatTemplate !== null,
    endIds,
    endId: typeof inner.eos_token_id === "number" ? inner.eos_token_id : null,
  };
}

function construct(tokenizer: unknown, config: unknown): PreTrainedTokenizer {
  try {
    return new PreTrainedTokenizer(asPublished(tokenizer), withPlainTokens(config));
  } catch (error) {
    throw new AtelierError(
      "tokens/tokenizer-invalid",
      "tokenizer.json or tokenizer_config.json cannot be used.",
      "Take both files as the model's author published them.",
      { cause: error },
    );
  }
}

/** eos_token_id is a number or a list of them. */
function endTokensOf(source: unknown): number[] {
  const ids = (source as { eos_token_id?: unknown } | null | undefined)?.eos_token_id;
  return (Array.isArray(ids) ? ids : [ids]).filter((id) => typeof id === "number");
}

/** Of several templates the one named "default". @throws AtelierError `tokens/template` where none is. */
function ownTemplate(inner: PreTrainedTokenizer): string | null {
  const own = inner.chat_template as unknown;
  if (typeof own === "string") return own;
  if (typeof own !== "object" || own === null) return null;
  const { default: text } = own as Readonly<Record<string, unknown>>;
  if (typeof text === "string") return text;
  throw new AtelierError(
    "tokens/template",
    `tokenizer_config.json has the chat templates ${Object.keys(own).join(", ")}, but none named default.`,
    "Name one of them default, or put the one to use into chat_template.jinja.",
  );
}

/** Special tokens are texts, or objects that describe an added token; templates expect texts. */
function withPlainTokens(config: unknown): unknown {
  if (typeof config !== "object" || config === null) return config;
  const plain = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "content" in value && !Array.isArray(value) ? value.content : value;
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, key.endsWith("_token") ? plain(value) : value]));
}

function specialIds(tokenizer: unknown): ReadonlySet<number> {
  const { added_tokens: added } = tokenizer as { readonly added_tokens?: readonly { readonly id: number; readonly special?: boolean }[] };
  return new Set((added ?? []).flatMap(({ id, special }) => (special ? [id] : [])));
}

/** The special token that the template puts after an answer: not every author lists it as an end token. */
function turnEnds(tokenizer: Tokenizer, special: ReadonlySet<number>): number[] {
  if (!tokenizer.hasChatTemplate) return [];
  const question = { role: "user", content: "a" } as const;
  try {
    const before = tokenizer.encodeChat(tokenizer.renderChat([question], true));
    const after = tokenizer.encodeChat(tokenizer.renderChat([question, { role: "assistant", content: "b" }], false));
    const fork = before.findIndex((id, at) => id !== after[at]);
    const answer = after.slice(fork === -1 ? before.length : fork);
    return answer.filter((id) => special.has(id)).slice(0, 1);
  } catch (error) {
    // A template that refuses this chat says so when a real one is rendered.
    if (error instanceof AtelierError) return [];
    throw error;
  }
}
