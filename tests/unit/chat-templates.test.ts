// Chat templates as their authors publish them, against renderings written out by hand, and what is learned of each.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChatExample, ChatMessage } from "../../src/data/example.ts";
import { openTokenizer, type Tokenizer } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { learnedTexts, say } from "../support/learned.ts";
import { specialToken, tinyTokenizer } from "../support/tiny-model.ts";

interface Case {
  readonly template: string;
  readonly special: readonly string[];
  readonly bos: unknown;
  readonly eos: unknown;
  /** eos_token_id of generation_config.json, as texts. */
  readonly ends: readonly string[];
  readonly rendered: string;
  readonly prompt: string;
  readonly learned: readonly string[];
}

const chat = [say("user", "Hi"), say("assistant", "Yes?"), say("user", "Why"), say("assistant", "So.")];
const addedToken = (content: string): unknown => ({
  __type: "AddedToken",
  content,
  lstrip: false,
  normalized: false,
  rstrip: false,
  single_word: false,
});

const cases: Readonly<Record<string, Case>> = {
  "ChatML with SmolLM2's system prompt": {
    template:
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
    special: ["<|im_start|>", "<|im_end|>"],
    bos: "<|im_start|>",
    eos: "<|im_end|>",
    ends: [],
    rendered:
      "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYes?<|im_end|>\n<|im_start|>user\nWhy<|im_end|>\n<|im_start|>assistant\nSo.<|im_end|>\n",
    prompt:
      "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
    learned: ["Yes?<|im_end|>", "So.<|im_end|>"],
  },
  "Llama 3": {
    template:
      "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
    special: ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
    bos: addedToken("<|begin_of_text|>"),
    eos: addedToken("<|end_of_text|>"),
    // The first files of Llama 3 listed only <|end_of_text|>.
    ends: ["<|end_of_text|>"],
    rendered:
      "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nYes?<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhy<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nSo.<|eot_id|>",
    prompt: "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    learned: ["Yes?<|eot_id|>", "So.<|eot_id|>"],
  },
  Gemma: {
    template:
      "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}",
    special: ["<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"],
    bos: { content: "<bos>" },
    eos: "<eos>",
    ends: ["<eos>", "<end_of_turn>"],
    rendered:
      "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nYes?<end_of_turn>\n<start_of_turn>user\nWhy<end_of_turn>\n<start_of_turn>model\nSo.<end_of_turn>\n",
    prompt: "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n",
    learned: ["Yes?<end_of_turn>", "So.<end_of_turn>"],
  },
  "Zephyr and TinyLlama": {
    template:
      "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}",
    special: ["<s>", "</s>"],
    bos: "<s>",
    eos: "</s>",
    ends: ["</s>"],
    rendered: "<|user|>\nHi</s>\n<|assistant|>\nYes?</s>\n<|user|>\nWhy</s>\n<|assistant|>\nSo.</s>\n",
    prompt: "<|user|>\nHi</s>\n<|assistant|>\n",
    learned: ["Yes?</s>", "So.</s>"],
  },
  "Phi-3": {
    template:
      "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'assistant' %}{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}",
    special: ["<|endoftext|>", "<|assistant|>", "<|system|>", "<|user|>", "<|end|>"],
    bos: "<|endoftext|>",
    eos: "<|endoftext|>",
    ends: ["<|endoftext|>", "<|end|>"],
    rendered: "<|user|>\nHi<|end|>\n<|assistant|>\nYes?<|end|>\n<|user|>\nWhy<|end|>\n<|assistant|>\nSo.<|end|>\n<|endoftext|>",
    prompt: "<|user|>\nHi<|end|>\n<|assistant|>\n",
    learned: ["Yes?<|end|>", "So.<|end|>"],
  },
};

/** The tests' byte-level tokenizer with the special tokens of a case after its own. */
function open(
  { template, special, bos, eos, ends }: Omit<Case, "rendered" | "prompt" | "learned">,
  changes: Readonly<Record<string, unknown>> = {},
): Tokenizer {
  const { tokenizer, config } = tinyTokenizer();
  const own = special.map((content, at) => specialToken(content, 300 + at));
  const tokens = { ...tokenizer, added_tokens: [...(tokenizer["added_tokens"] as object[]), ...own] };
  const idOf = (text: string): number => 300 + special.indexOf(text);
  return openTokenizer({
    tokenizer: { ...tokens, ...changes },
    config: { ...config, bos_token: bos, eos_token: eos, chat_template: template },
    endTokenSources: [{ eos_token_id: ends.length === 1 ? idOf(ends[0] as string) : ends.map(idOf) }],
  });
}

describe.each(Object.entries(cases))("the template of %s", (_name, published) => {
  const tokenizer = open(published);

  it("renders a chat, and the beginning of an answer", () => {
    expect(tokenizer.renderChat(chat, false)).toBe(published.rendered);
    expect(tokenizer.renderChat(chat.slice(0, 1), true)).toBe(published.prompt);
  });

  it("lets the answers be learned with the token that ends each, and nothing else", () => {
    expect(learnedTexts(tokenizer, chat)).toEqual(published.learned);
  });

  it("has its end of turn among the tokens that end an answer, also where the author lists none", () => {
    const bare = open({ ...published, ends: [] });
    const [end] = bare.encodeChat((published.learned[0] as string).replace("Yes?", ""));
    expect(bare.endIds).toContain(end);
    expect(learnedTexts(bare, chat)).toEqual(published.learned);
  });
});

interface Published {
  readonly templates: Readonly<Record<string, string>>;
  readonly chats: Readonly<Record<string, readonly ChatMessage[]>>;
  readonly tools: NonNullable<ChatExample["tools"]>;
  readonly cases: readonly {
    readonly template: string;
    readonly chat: string;
    readonly addGenerationPrompt: boolean;
    readonly withTools: boolean;
    /** Null where the template refuses the chat. */
    readonly rendered: string | null;
  }[];
}

const published = JSON.parse(readFileSync(new URL("../fixtures/templates/published.json", import.meta.url), "utf8")) as Published;

describe.each(Object.keys(published.templates))("the published template of %s", (name) => {
  const { tokenizer, config } = tinyTokenizer();
  const template = published.templates[name] as string;
  const opened = openTokenizer({ tokenizer, config: { ...config, bos_token: "<s>", eos_token: "</s>" }, template, endTokenSources: [] });

  it.each(published.cases.filter(({ template: of }) => of === name))(
    "renders $chat as transformers does (prompt: $addGenerationPrompt, tools: $withTools)",
    async ({ chat: of, addGenerationPrompt, withTools, rendered }) => {
      const render = () => opened.renderChat(published.chats[of] ?? [], addGenerationPrompt, withTools ? published.tools : undefined);
      if (rendered === null) expect((await failureOf(render)).code).toBe("tokens/template");
      else expect(render()).toBe(rendered);
    },
  );
});

describe("a template", () => {
  const gemma = cases["Gemma"] as Case;

  it("that takes no system message says so", async () => {
    const failure = await failureOf(() => open(gemma).renderChat([say("system", "Be brief."), ...chat], false));
    expect(failure).toMatchObject({ code: "tokens/template", message: expect.stringContaining("System role not supported") as string });
  });

  it("that is one of several is the one named default", () => {
    const several = [
      { name: "tool_use", template: "tools" },
      { name: "default", template: "{{ messages[0].content }}" },
    ];
    const { tokenizer, config } = tinyTokenizer();
    const opened = openTokenizer({ tokenizer, config: { ...config, chat_template: several }, endTokenSources: [] });
    expect(opened.renderChat(chat, false)).toBe("Hi");
  });

  it("is the one named tool_use where there are tools", () => {
    const several = { default: "plain", tool_use: "{{ tools[0].function.name }}" };
    const { tokenizer, config } = tinyTokenizer();
    const opened = openTokenizer({ tokenizer, config: { ...config, chat_template: several }, endTokenSources: [] });
    expect(opened.renderChat(chat, false, published.tools)).toBe("get_weather");
    expect(opened.renderChat(chat, false)).toBe("plain");
  });

  it("is given every key of a message but what is the application's own, and the reasoning by both its names", () => {
    const template = "{{ messages[0] | tojson }}{{ tools is none }}{{ bos_token is defined }}{{ eos_token }}";
    const call = { id: "1", type: "function", function: { name: "f", arguments: { x: 1 } } };
    const message: ChatMessage = {
      role: "assistant",
      content: "",
      name: "n",
      reasoning_content: "r",
      tool_calls: [call],
      learned: "never",
    };
    const { tokenizer, config } = tinyTokenizer();
    const rendered = openTokenizer({ tokenizer, config, template, endTokenSources: [] }).renderChat([message], false);
    expect(rendered.endsWith("TrueFalse<|end|>")).toBe(true);
    const { learned: _learned, ...given } = message;
    expect(JSON.parse(rendered.slice(0, rendered.lastIndexOf("}") + 1))).toEqual({ ...given, thinking: "r" });
  });

  it.each([
    ["{% if %}", "cannot be read"],
    ["{{ 'a' | wordwrap }}", "wordwrap"],
    ["{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "come to an end"],
  ])("such as %s is refused with the reason", async (template, why) => {
    const failure = await failureOf(() => open({ ...gemma, template }).renderChat(chat, false));
    expect(failure).toMatchObject({ code: "tokens/template", message: expect.stringContaining(why) as string });
  });

  it("is not guessed where several have other names", async () => {
    const { tokenizer, config } = tinyTokenizer();
    const several = [{ name: "rag", template: "x" }];
    const failure = await failureOf(() => openTokenizer({ tokenizer, config: { ...config, chat_template: several }, endTokenSources: [] }));
    expect(failure).toMatchObject({ code: "tokens/template", message: expect.stringContaining("rag") as string });
  });
});

describe("the token that starts a text", () => {
  const gemma = cases["Gemma"] as Case;
  const startsTexts = {
    post_processor: {
      type: "TemplateProcessing",
      single: [{ SpecialToken: { id: "<bos>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
      pair: [{ SpecialToken: { id: "<bos>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
      special_tokens: { "<bos>": { id: "<bos>", ids: [300], tokens: ["<bos>"] } },
    },
  };

  it("comes before a plain text, and once before a chat whose template writes it", () => {
    const tokenizer = open(gemma, startsTexts);
    expect(tokenizer.encodeText("Hi")[0]).toBe(300);
    expect(tokenizer.encodeChat(tokenizer.renderChat(chat, false)).filter((id) => id === 300)).toHaveLength(1);
  });
});
