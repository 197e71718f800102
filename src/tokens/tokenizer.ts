// A model's tokenizer and chat template, through transformers.js, from files that are already here: nothing is fetched.
import { PreTrainedTokenizer } from "@xenova/transformers";
import { AtelierError } from "../base/errors.ts";
import type { ChatMessage } from "../data/example.ts";
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
  renderChat(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string;
  readonly hasChatTemplate: boolean;
  /** Tokens that end an answer. */
  readonly endIds: ReadonlySet<number>;
}

/** For base models without a template: plain, and ending answers with the model's own end token. */
const plainTemplate =
  "{% for message in messages %}{{ message['role'] | capitalize + ': ' + message['content'] + (eos_token if message['role'] == 'assistant' else '') + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

/** @throws AtelierError `tokens/tokenizer-invalid` */
export function openTokenizer({ tokenizer, config, template, endTokenSources }: TokenizerFiles): Tokenizer {
  const inner = construct(tokenizer, config);
  const own = template ?? (inner.chat_template as string | Record<string, string> | null | undefined);
  const chatTemplate = own && typeof own === "object" && !Array.isArray(own) ? own["default"] : own;
  const endIds = new Set<number>([inner.eos_token_id, ...endTokenSources.flatMap(endTokensOf)].filter((id) => typeof id === "number"));
  return {
    encodeText: (text) => [...inner.encode(text)],
    encodeChat: (rendered) => [...inner.encode(rendered, { add_special_tokens: false })],
    decode: (ids, options) =>
      ids.length === 0 ? "" : inner.decode([...ids], { skip_special_tokens: !options?.special, clean_up_tokenization_spaces: false }),
    renderChat: (messages, addGenerationPrompt) => {
      try {
        const rendered = inner.apply_chat_template([...messages] as never, {
          tokenize: false,
          add_generation_prompt: addGenerationPrompt,
          chat_template: typeof chatTemplate === "string" ? chatTemplate : plainTemplate,
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
    hasChatTemplate: typeof chatTemplate === "string",
    endIds,
  };
}

function construct(tokenizer: unknown, config: unknown): PreTrainedTokenizer {
  try {
    return new PreTrainedTokenizer(asPublished(tokenizer), config);
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
