// The right value of every case is written down from the message: its text and the token that ends the turn.
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../src/data/example.ts";
import { chatPrompt } from "../../src/tokens/answered-chats.ts";
import { tokenizeExample } from "../../src/tokens/tokenize-example.ts";
import { openTokenizer, type Tokenizer } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { chatOf, learnedTexts, say } from "../support/learned.ts";
import { special, tinyTokenizer } from "../support/tiny-model.ts";

function open(template?: string, config: Readonly<Record<string, unknown>> = {}): Tokenizer {
  const tiny = tinyTokenizer();
  return openTokenizer({
    tokenizer: tiny.tokenizer,
    config: { ...tiny.config, ...config },
    endTokenSources: [],
    ...(template === undefined ? {} : { template }),
  });
}

const twoTurns = [say("user", "a"), say("assistant", "one"), say("user", "b"), say("assistant", "two")];
const promptOf = (tokenizer: Tokenizer, messages: readonly ChatMessage[]): string =>
  tokenizer.decode(chatPrompt(tokenizer, { messages }), { special: true });

describe("what is learned of a chat", () => {
  it("is the answer and the token that ends it, not the line break after", () => {
    expect(learnedTexts(open(), [say("user", "Who is it?"), say("assistant", "It is I.")])).toEqual(["It is I.<|end|>"]);
  });

  it("is every answer of several turns, and nothing that system or user say", () => {
    expect(learnedTexts(open(), [say("system", "Be brief."), ...twoTurns])).toEqual(["one<|end|>", "two<|end|>"]);
  });

  it("leaves out what follows the last answer", () => {
    const tokenizer = open();
    const { rows } = tokenizeExample(tokenizer, chatOf([...twoTurns, say("user", "unanswered")]), "all");
    expect([...(rows[0]?.ids ?? [])]).toEqual(tokenizer.encodeChat(tokenizer.renderChat(twoTurns, false)));
  });

  it("may open with an answer", () => {
    expect(learnedTexts(open(), [say("assistant", "Hello."), ...twoTurns])).toEqual(["Hello.<|end|>", "one<|end|>", "two<|end|>"]);
  });

  it.each([
    ["a", "a"],
    ["user", "assistant"],
    ["<|end|>", "end<|end|>user"],
    ["\n\n", "\nline\n\n"],
    [" spaced ", "  spaced  "],
    ["<|start|>assistant\n", "<|start|>assistant\nx<|end|>"],
    ["Zq0x0xqZ", "Zq1x0xqZ"],
  ])("is found from the message, whatever it says: %j answered by %j", (question, answer) => {
    const chat = [say("user", question), say("assistant", answer), say("user", question), say("assistant", `${answer}!`)];
    const { rows } = tokenizeExample(open(), chatOf(chat), "all");
    const found = rows.flatMap(({ text, answers }) => answers.map(({ start, end }) => text.slice(start, end)));
    expect(found).toEqual([`${answer}<|end|>`, `${answer}!<|end|>`]);
    const tokens = rows.flatMap(({ ids, labels }) => [...ids].filter((id, at) => labels[at] === id));
    expect(open().decode(tokens, { special: true })).toBe(`${answer}<|end|>${answer}!<|end|>`);
  });

  it("has the choice of the last answer, and of everything", () => {
    expect(learnedTexts(open(), twoTurns, "last")).toEqual(["two<|end|>"]);
    const everything = [...twoTurns, say("user", "c")];
    expect(learnedTexts(open(), everything, "everything")).toEqual([open().renderChat(everything, false)]);
  });

  it("leaves out the answers that the file takes out, as context they stay", () => {
    const chat = [say("user", "a"), say("assistant", "one", { learned: "never" }), ...twoTurns.slice(2)];
    expect(learnedTexts(open(), chat)).toEqual(["two<|end|>"]);
    expect(learnedTexts(open(), chat, "everything").join("")).not.toContain("one");
    const history = [say("user", "a"), say("assistant", "one", { learned: "with-everything" }), ...twoTurns.slice(2)];
    expect(learnedTexts(open(), history)).toEqual(["two<|end|>"]);
    expect(learnedTexts(open(), history, "everything").join("")).toContain("one<|end|>");
  });

  it("is refused where nothing would be learned", async () => {
    const chat = [say("user", "a"), say("assistant", "one", { learned: "never" })];
    expect((await failureOf(() => learnedTexts(open(), chat))).code).toBe("data/nothing-to-learn");
  });

  it("is a document from its start to its end", () => {
    const { rows } = tokenizeExample(open(), { kind: "text", line: 1, text: "Once." }, "all");
    expect(open().decode([...(rows[0]?.labels ?? [])], { special: true })).toBe("Once.<|end|>");
  });
});

describe("a template that ignores add_generation_prompt", () => {
  const tokenizer = open("{% for m in messages %}{{ '<|start|>' + m.role + '\n' + m.content + '<|end|>\n' }}{% endfor %}");

  it("has its answers learned without their headers", () => {
    expect(learnedTexts(tokenizer, twoTurns)).toEqual(["one<|end|>", "two<|end|>"]);
  });

  it("is asked with the header", () => {
    expect(promptOf(tokenizer, twoTurns.slice(0, 3))).toBe(
      "<|start|>user\na<|end|>\n<|start|>assistant\none<|end|>\n<|start|>user\nb<|end|>\n<|start|>assistant\n",
    );
  });

  it("keeps the blank before an answer with the answer", () => {
    const plain = open("{% for m in messages %}{{ m.role + ': ' + m.content + '<|end|>' }}{% endfor %}");
    expect(learnedTexts(plain, twoTurns)).toEqual([" one<|end|>", " two<|end|>"]);
    expect(promptOf(plain, twoTurns.slice(0, 1))).toBe("user: a<|end|>assistant:");
  });
});

describe("a template that ends answers with nothing", () => {
  const template =
    "{% for m in messages %}{{ '### ' + m.role + ':\n' + m.content + '\n\n' }}{% endfor %}{% if add_generation_prompt %}{{ '### assistant:\n' }}{% endif %}";

  it("gets the tokenizer's end token, when it learns and when it is asked", () => {
    const tokenizer = open(template);
    expect(learnedTexts(tokenizer, twoTurns)).toEqual(["one<|end|>", "two<|end|>"]);
    expect(promptOf(tokenizer, twoTurns.slice(0, 3))).toBe(
      "### user:\na\n\n### assistant:\none<|end|>\n\n### user:\nb\n\n### assistant:\n",
    );
    expect(tokenizeExample(tokenizer, chatOf(twoTurns), "all").ends).toBe(true);
  });

  it("says that answers will not end where there is no such token", () => {
    const tokenizer = open(template, { eos_token: null });
    expect(tokenizer.endId).toBeNull();
    expect(tokenizeExample(tokenizer, chatOf(twoTurns), "all").ends).toBe(false);
    expect(learnedTexts(tokenizer, twoTurns)).toEqual(["one", "two"]);
  });
});

describe("a model without a template, whose texts begin with a start token", () => {
  const { tokenizer: json, config } = tinyTokenizer();
  const { chat_template: _none, ...plain } = config;
  const tokenizer = openTokenizer({
    tokenizer: json,
    config: { ...plain, bos_token: "<|start|>", add_bos_token: true },
    endTokenSources: [],
  });

  it("has it once before chats, prompts and documents, and its answers end", () => {
    const { rows, ends } = tokenizeExample(tokenizer, chatOf(twoTurns), "all");
    expect(ends).toBe(true);
    expect(rows.map(({ text }) => text)).toEqual(["<|start|>User: a\nAssistant: one<|end|>\nUser: b\nAssistant: two<|end|>\n"]);
    expect([...(rows[0]?.ids ?? [])].filter((id) => id === special.start)).toHaveLength(1);
    expect(learnedTexts(tokenizer, twoTurns)).toEqual([" one<|end|>", " two<|end|>"]);
    expect(promptOf(tokenizer, twoTurns.slice(0, 1))).toBe("<|start|>User: a\nAssistant:");
    const [document] = tokenizeExample(tokenizer, { kind: "text", line: 1, text: "Once." }, "all").rows;
    expect(tokenizer.decode([...(document?.ids ?? [])], { special: true })).toBe("<|start|>Once.<|end|>");
  });
});

describe("a template that rewrites earlier turns", () => {
  // Qwen 3: only the answer to the last question has its thinking.
  const template =
    "{%- set ns = namespace(last=0) %}{%- for m in messages %}{%- if m.role == 'user' %}{%- set ns.last = loop.index0 %}{%- endif %}{%- endfor %}{%- for m in messages %}{%- set content = m.content.split('</think>')[-1].lstrip('\n') if m.role == 'assistant' else m.content %}{%- set thought = m.content.split('</think>')[0].split('<think>')[-1].strip('\n') if '</think>' in m.content else '' %}{{- '<|start|>' + m.role + '\n' }}{%- if m.role == 'assistant' and loop.index0 > ns.last %}{{- '<think>\n' + thought + '\n</think>\n\n' }}{%- endif %}{{- content + '<|end|>\n' }}{%- endfor %}{%- if add_generation_prompt %}{{- '<|start|>assistant\n' }}{%- endif %}";
  const tokenizer = open(template);

  it("has each answer learned in the text in which the model will give it", () => {
    const { rows } = tokenizeExample(tokenizer, chatOf(twoTurns), "all");
    expect(rows.map(({ text }) => text)).toEqual([
      "<|start|>user\na<|end|>\n<|start|>assistant\n<think>\n\n</think>\n\none<|end|>\n",
      "<|start|>user\na<|end|>\n<|start|>assistant\none<|end|>\n<|start|>user\nb<|end|>\n<|start|>assistant\n<think>\n\n</think>\n\ntwo<|end|>\n",
    ]);
    expect(learnedTexts(tokenizer, twoTurns)).toEqual(["<think>\n\n</think>\n\none<|end|>", "<think>\n\n</think>\n\ntwo<|end|>"]);
  });

  it("has thinking in the answers learned, and loses nothing", () => {
    const chat = [
      say("user", "a"),
      say("assistant", "<think>\nhm\n</think>\n\none"),
      say("user", "b"),
      say("assistant", "<think>\nso\n</think>\n\ntwo"),
    ];
    expect(learnedTexts(tokenizer, chat)).toEqual(["<think>\nhm\n</think>\n\none<|end|>", "<think>\nso\n</think>\n\ntwo<|end|>"]);
    expect(tokenizeExample(tokenizer, chatOf(chat), "all").losses).toEqual([]);
  });

  it("is one row where only the last answer is learned", () => {
    expect(tokenizeExample(tokenizer, chatOf(twoTurns), "last").rows).toHaveLength(1);
  });

  it("has an answer learned behind the prompt for it, also where it changes what was asked once it is answered", () => {
    const counting = open("{% for m in messages %}{{ messages | length }}{{ m.content }}<|end|>{% endfor %}");
    const { rows } = tokenizeExample(counting, chatOf(twoTurns), "all");
    expect(rows.map(({ text }) => text)).toEqual(["1a<|end|>one<|end|>", "3a<|end|>3one<|end|>3b<|end|>two<|end|>"]);
    expect(learnedTexts(counting, twoTurns)).toEqual(["one<|end|>", "two<|end|>"]);
    expect(promptOf(counting, twoTurns.slice(0, 3))).toBe("3a<|end|>3one<|end|>3b<|end|>");
  });

  it("has an answer without thinking learned behind the thinking that the prompt begins", () => {
    const thinking =
      "{% for m in messages %}{% if m.role == 'user' %}{{ '<|start|>' + m.content }}{% else %}{{ '<|start|>bot\n' + m.content.split('</think>')[-1] + '<|end|>' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>bot\n<think>\n' }}{% endif %}";
    const opened = open(thinking);
    const { rows } = tokenizeExample(opened, chatOf(twoTurns), "all");
    expect(rows.map(({ text }) => text)).toEqual([
      "<|start|>a<|start|>bot\n<think>\none<|end|>",
      "<|start|>a<|start|>bot\none<|end|><|start|>b<|start|>bot\n<think>\ntwo<|end|>",
    ]);
    expect(learnedTexts(opened, twoTurns)).toEqual(["one<|end|>", "two<|end|>"]);
  });

  it("keeps what follows an answer that is never learned, where everything else is", () => {
    const thinking =
      "{% for m in messages %}{{ '<|start|>' + m.role + '\n' + m.content + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n<think>\n' }}{% endif %}";
    const chat = [say("user", "a"), say("assistant", "one", { learned: "never" }), ...twoTurns.slice(2)];
    const learned = learnedTexts(open(thinking), chat, "everything").join("|");
    expect(learned).toContain("two<|end|>");
    expect(learned).not.toContain("one");
  });

  it("has a system message read where the template writes it into the last question alone", () => {
    const mistral =
      "{{ '<|start|>' }}{% set system = messages[0].content if messages[0].role == 'system' else '' %}{% for m in messages %}{% if m.role == 'user' %}{{ '[INST] ' + (system + '\n\n' if system and loop.last else '') + m.content + '[/INST]' }}{% elif m.role == 'assistant' %}{{ ' ' + m.content + '<|end|>' }}{% endif %}{% endfor %}";
    const opened = open(mistral);
    const { rows, losses } = tokenizeExample(opened, chatOf([say("system", "Sy"), ...twoTurns]), "all");
    expect(rows.map(({ text }) => text)).toEqual([
      "<|start|>[INST] Sy\n\na[/INST] one<|end|>",
      "<|start|>[INST] a[/INST] one<|end|>[INST] Sy\n\nb[/INST] two<|end|>",
    ]);
    expect(losses).toEqual([]);
  });
});

describe("what a template leaves out", () => {
  const dropsThinking =
    "{% for m in messages %}{% if m.role == 'user' %}{{ '<|start|>' + m.content }}{% else %}{{ '<|start|>bot\n' + m.content.split('</think>')[-1] + '<|end|>' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>bot\n<think>\n' }}{% endif %}";

  it("is reported, and what is left is learned", () => {
    const chat = [say("user", "2+2?"), say("assistant", "<think>\nTwo and two.\n</think>\n\n4")];
    expect(learnedTexts(open(dropsThinking), chat)).toEqual(["\n\n4<|end|>"]);
    expect(tokenizeExample(open(dropsThinking), chatOf(chat), "all").losses).toEqual([
      { message: 1, lost: "<think>\nTwo and two.\n</think>" },
    ]);
  });

  it("is reported of system messages, also of those that are left out whole", () => {
    const noSystem =
      "{% for m in messages if m.role != 'system' %}{{ '<|start|>' + m.role + '\n' + m.content + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}";
    const { losses, rows } = tokenizeExample(open(noSystem), chatOf([say("system", "Be brief."), ...twoTurns]), "all");
    expect(losses).toEqual([{ message: 0, lost: "Be brief." }]);
    expect(rows).toHaveLength(1);
  });

  it("is refused where it is functions or calls", async () => {
    const tools = [{ type: "function", function: { name: "rain" } }];
    const call = say("assistant", "", { tool_calls: [{ type: "function", function: { name: "rain", arguments: { town: "Ulm" } } }] });
    const chat = [say("user", "Does it rain in Ulm?"), call, say("tool", "yes"), say("assistant", "It rains.")];
    expect(await failureOf(() => learnedTexts(open(), chatOf(chat.slice(0, 1).concat(chat.slice(3)), tools)))).toMatchObject({
      code: "tokens/not-rendered",
      message: expect.stringContaining('"tools"') as string,
    });
    expect(await failureOf(() => learnedTexts(open(), chat))).toMatchObject({
      code: "tokens/not-rendered",
      message: expect.stringContaining('"tool_calls" of message 2') as string,
    });
  });

  it("is nothing where the template writes calls, and an answer that only calls is learned with its call", () => {
    const writes =
      "{% for m in messages %}{{ '<|start|>' + m.role + '\n' + m.content }}{% for c in m.tool_calls or [] %}{{ '<call>' + c.function.name + ' ' + c.function.arguments | tojson + '</call>' }}{% endfor %}{{ '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}";
    const call = say("assistant", "", { tool_calls: [{ type: "function", function: { name: "rain", arguments: { town: "Ulm" } } }] });
    const chat = [say("user", "Does it rain in Ulm?"), call, say("tool", "yes"), say("assistant", "It rains.")];
    expect(learnedTexts(open(writes), chat)).toEqual(['<call>rain {"town": "Ulm"}</call><|end|>', "It rains.<|end|>"]);
  });
});
