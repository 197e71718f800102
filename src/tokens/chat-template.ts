// A model's chat template with what transformers gives to it: messages, tools, special tokens by name.
import { isRecord } from "../base/json.ts";
import { AtelierError } from "../base/errors.ts";
import { commas, words, type Text } from "../words/message.ts";
import type { ChatExample, ChatMessage } from "../data/example.ts";
import { UnsupportedTemplateError, TemplateError } from "./jinja/template-error.ts";
import { compileTemplate, type RenderTemplate } from "./jinja/template.ts";
import type { NamedTokens } from "./special-tokens.ts";

export type RenderChat = (messages: readonly ChatMessage[], addGenerationPrompt: boolean, tools?: ChatExample["tools"]) => string;

/** For base models without a template: plain, and ending answers with the model's own end token. */
const plainTemplate =
  "{% for message in messages %}{{ message['role'] | capitalize + ': ' + message['content'] + (eos_token if message['role'] == 'assistant' else '') + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

/** ChatML, which new models are given; its special tokens are those of new-tokenizer.ts. */
export const chatMlTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** A model's templates: one, or several of which "default" renders chats and "tool_use" those with tools. */
export interface ChatTemplates {
  readonly text: string;
  readonly withTools: string;
}

/**
 * @param file chat_template.jinja, which goes before the configuration
 * @throws AtelierError `tokens/template` where there are several and none is named default
 */
export function chatTemplates(file: string | undefined, config: unknown): ChatTemplates | null {
  if (file !== undefined) return { text: file, withTools: file };
  const own = isRecord(config) ? config["chat_template"] : undefined;
  if (typeof own === "string") return { text: own, withTools: own };
  if (own === undefined || own === null) return null;
  const named = byName(own);
  const text = named.get("default");
  if (text !== undefined) return { text, withTools: named.get("tool_use") ?? text };
  if (named.size === 0) throw new AtelierError("tokens/template#none");
  throw new AtelierError("tokens/template#several", { names: commas([...named.keys()]) });
}

/** A list of `{name, template}`, or an object. */
function byName(value: unknown): Map<string, string> {
  const pairs: (readonly unknown[])[] = Array.isArray(value)
    ? (value as unknown[]).map((entry) => (isRecord(entry) ? [entry["name"], entry["template"]] : []))
    : Object.entries(isRecord(value) ? value : {});
  return new Map(pairs.filter((pair): pair is [string, string] => pair.every((part) => typeof part === "string") && pair.length === 2));
}

/** @param tokens by the names that templates use */
export function chatRenderer(templates: ChatTemplates | null, tokens: NamedTokens): RenderChat {
  const compiled = new Map<string, RenderTemplate>();
  const compile = (text: string): RenderTemplate => {
    const known = compiled.get(text) ?? read(text);
    compiled.set(text, known);
    return known;
  };
  return (messages, addGenerationPrompt, tools) => {
    const { text, withTools } = templates ?? { text: plainTemplate, withTools: plainTemplate };
    try {
      return compile(tools ? withTools : text)({
        ...tokens,
        messages: messages.map(forTemplate),
        tools: tools ?? null,
        documents: null,
        add_generation_prompt: addGenerationPrompt,
      });
    } catch (error) {
      throw failure(error);
    }
  };
}

/** Keys as the chat API has them; `thinking` is how some templates call the reasoning, and transformers fills both. */
function forTemplate({ learned: _learned, ...message }: ChatMessage): Readonly<Record<string, unknown>> {
  const { reasoning_content: reasoning } = message;
  return reasoning === undefined ? message : { thinking: reasoning, ...message };
}

function read(text: string): RenderTemplate {
  try {
    return compileTemplate(text);
  } catch (error) {
    if (!(error instanceof TemplateError) || error instanceof UnsupportedTemplateError) throw error;
    throw new AtelierError("tokens/template#unreadable", { why: error.why }, { cause: error });
  }
}

function failure(error: unknown): unknown {
  if (error instanceof UnsupportedTemplateError) {
    return new AtelierError("tokens/template#unknown", { what: error.why }, { cause: error });
  }
  // A macro that calls itself without end, or a text that outgrows what a text can be.
  const why: Text | null = error instanceof TemplateError ? error.why : error instanceof RangeError ? words("jinja/endless") : null;
  return why === null ? error : new AtelierError("tokens/template", { why }, { cause: error });
}
