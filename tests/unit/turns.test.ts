// The turns of a chat, as OpenAI, ShareGPT, LLaMA-Factory, ms-swift, XTuner and others write them.
import { describe, expect, it } from "vitest";
import { issueOf, messagesOf, parseRecords } from "../support/dataset.ts";

const asked = { role: "user", content: "Who?" };
const answered = { role: "assistant", content: "Me." };
const chat = (...more: readonly object[]) => messagesOf({ messages: [asked, ...more] });
const ignoredOf = async (...more: readonly object[]) => (await parseRecords({ messages: [asked, ...more] })).ignored;
const issue = (...more: readonly object[]) => issueOf({ messages: [asked, ...more] });
const call = (name: string, args: object, id?: string) => ({
  ...(id ? { id } : {}),
  type: "function",
  function: { name, arguments: args },
});

describe("roles", () => {
  it.each([
    ["system", ["system", "developer", "System", "SYSTEM"]],
    ["user", ["user", "human", "prompter", "Human", "USER"]],
    ["assistant", ["assistant", "gpt", "chatgpt", "bing", "bard", "bot", "Chatbot", "model", "GPT", "ChatGPT", " Assistant "]],
    ["tool", ["tool", "function", "observation", "ipython", "tool_response", "Function", "Tool Response"]],
  ])("%s: %j", async (role, names) => {
    for (const name of names) expect((await chat({ role: name, content: "x" }, answered))[1], name).toEqual({ role, content: "x" });
  });

  it.each(["narrator", "toString", "", null, 7, { a: 1 }])("%j is refused by name", async (role) => {
    const { code, message } = await issue({ role, content: "x" }, answered);
    expect(code).toBe("data/bad-field");
    expect(message).toContain('message 2 of "messages"; expected system, user, assistant, tool');
    if (typeof role === "string" && role !== "") expect(message).toContain(`the role "${role}"`);
  });
});

describe("content", () => {
  it.each([
    [
      "the chat API's parts",
      [
        { type: "text", text: "M" },
        { type: "text", text: "e." },
      ],
    ],
    ["LLaMA-Factory's parts", [{ type: "text", value: "Me." }]],
    ["texts", ["M", "e."]],
    ["a part by itself", { type: "text", text: "Me." }],
    ["parts of the responses API", [{ type: "output_text", text: "Me.", annotations: [] }]],
    ["parts without a type", [{ text: "Me." }]],
  ])("as %s", async (_name, content) => {
    expect(await chat({ role: "assistant", content })).toEqual([asked, answered]);
  });

  it.each(["image_url", "image", "input_audio", "video_url", "file", "tool_use", "refusal"])(
    "a part of the type %s is refused by name",
    async (type) => {
      const { code, message } = await issueOf({ messages: [{ role: "user", content: ["x", { type, text: "y" }] }, answered] });
      expect(code).toBe("data/unsupported");
      expect(message).toContain(`type "${type}" in message 1 of "messages"`);
    },
  );

  it("of a part: what is not used is named", async () => {
    const content = [{ type: "text", text: "Me.", cache_control: { type: "ephemeral" } }];
    expect(await ignoredOf({ role: "assistant", content })).toEqual({ "messages[].content[].cache_control": 1 });
  });

  it.each([5, true, { a: 1 }, [5], [{ type: "text" }], [[]]])("%j is refused", async (content) => {
    expect((await issue({ role: "user", content }, answered)).message).toContain('message 2 of "messages"');
  });

  it.each([null, undefined])("%s of a question is refused", async (content) => {
    expect((await issue({ role: "user", content }, answered)).message).toContain('"content" in message 2 of "messages"');
  });

  it.each([
    ["an object", { rain: true, mm: 2.5 }, '{"rain":true,"mm":2.5}'],
    ["a list", [{ id: 1 }, { id: 2 }], '[{"id":1},{"id":2}]'],
    ["a number", 4, "4"],
    ["text", '{"rain": true}', '{"rain": true}'],
    ["parts", [{ type: "text", text: "yes" }], "yes"],
  ])("of a tool as %s", async (_name, content, text) => {
    expect((await chat({ role: "tool", content }, answered))[1]).toEqual({ role: "tool", content: text });
  });
});

describe("answers", () => {
  it.each(["", " \n", null])("%j is never learned, and none where it is the only one", async (content) => {
    const [, empty] = await chat({ role: "assistant", content }, asked, answered);
    expect(empty).toEqual({ role: "assistant", content: content ?? "", learned: "never" });
    expect((await issue({ role: "assistant", content })).message).toContain("no assistant message with text");
  });

  it("only a refusal is no answer, and is named", async () => {
    expect(await ignoredOf({ role: "assistant", content: null, refusal: "No." }, asked, answered)).toEqual({ "messages[].refusal": 1 });
  });

  it("what follows the last one stays", async () => {
    expect(await chat(answered, asked)).toEqual([asked, answered, asked]);
  });

  it.each(["reasoning_content", "reasoning", "thinking"])("%s is kept", async (key) => {
    const message = { role: "assistant", content: "Me.", reasoning_content: "Hm." };
    expect(await chat({ ...answered, [key]: "Hm." })).toEqual([asked, message]);
    expect(await chat({ ...answered, [key]: null })).toEqual([asked, answered]);
    expect(await ignoredOf({ ...answered, [key]: 3 })).toEqual({ [`messages[].${key}`]: 1 });
  });

  it("reasoning under two names is read once, and named where the two differ", async () => {
    expect(await ignoredOf({ ...answered, reasoning: "Hm.", reasoning_content: "Hm." })).toEqual({});
    expect(await ignoredOf({ ...answered, reasoning: "So.", reasoning_content: "Hm." })).toEqual({ "messages[].reasoning": 1 });
  });

  it("reasoning as a part", async () => {
    const content = [
      { type: "reasoning", value: "Hm." },
      { type: "thinking", thinking: " So." },
      { type: "text", value: "Me." },
    ];
    expect(await chat({ role: "assistant", content })).toEqual([asked, { ...answered, reasoning_content: "Hm. So." }]);
  });

  it("pairs of input and output are two turns", async () => {
    const conversation = [
      { system: "Be brief.", input: "Who?", output: "Me." },
      { input: "And?", output: "You." },
    ];
    expect(await messagesOf({ conversation })).toEqual([
      { role: "system", content: "Be brief." },
      asked,
      answered,
      { role: "user", content: "And?" },
      { role: "assistant", content: "You." },
    ]);
  });
});

describe("which answers are learned", () => {
  const keys = ["weight", "loss_weight", "train", "training", "loss", "trainable"];

  it.each(keys)("%s", async (key) => {
    for (const no of [0, false]) expect((await chat({ ...answered, [key]: no }))[1]).toEqual({ ...answered, learned: "never" });
    for (const yes of [1, true, null]) expect((await chat({ ...answered, [key]: yes }))[1]).toEqual(answered);
    for (const other of [0.5, -1, 2, "0", "false", []]) {
      if (Array.isArray(other)) continue;
      const { message, code } = await issue({ ...answered, [key]: other });
      expect([code, message.includes(`the ${key} `)]).toEqual(["data/bad-field", true]);
    }
  });

  it("on other turns only a yes is news", async () => {
    const turn = (value: unknown) => ignoredOf({ role: "user", content: "x", weight: value }, answered);
    for (const no of [0, false, null]) expect(await turn(no)).toEqual({});
    for (const yes of [1, true, 0.5]) expect(await turn(yes)).toEqual({ "messages[].weight": 1 });
  });

  it("in pairs of input and output too", async () => {
    const conversation = [
      { input: "Who?", output: "Me.", loss: false },
      { input: "a", output: "b" },
    ];
    expect((await messagesOf({ conversation }))[1]).toEqual({ ...answered, learned: "never" });
  });
});

describe("tool calls", () => {
  const ulm = { town: "Ulm" };
  const rain = call("rain", ulm, "c1");
  const calling = { role: "assistant", content: "", tool_calls: [rain] };

  it.each([
    ["arguments as JSON text", { tool_calls: [{ ...rain, function: { name: "rain", arguments: '{"town":"Ulm"}' } }] }],
    ["arguments as an object", { tool_calls: [rain] }],
    ["a call without the function around", { tool_calls: [{ id: "c1", name: "rain", arguments: ulm }] }],
    ["parameters", { tool_calls: [{ id: "c1", name: "rain", parameters: ulm }] }],
    ["JSON text", { tool_calls: JSON.stringify([rain]) }],
    ["a single call", { tool_calls: rain }],
  ])("%s", async (_name, keys) => {
    for (const content of ["", null, undefined]) expect(await chat({ role: "assistant", content, ...keys })).toEqual([asked, calling]);
  });

  it.each(["", "{}", null, undefined])("no arguments as %j", async (args) => {
    const message = { role: "assistant", tool_calls: [{ function: { name: "now", arguments: args } }] };
    expect(await chat(message)).toEqual([asked, { role: "assistant", content: "", tool_calls: [call("now", {})] }]);
  });

  it("the older function_call", async () => {
    const message = { role: "assistant", content: null, function_call: { name: "rain", arguments: '{"town":"Ulm"}' } };
    expect(await chat(message)).toEqual([asked, { role: "assistant", content: "", tool_calls: [call("rain", ulm)] }]);
  });

  it.each(["function_call", "tool_call"])("a turn from %s", async (from) => {
    const conversations = [
      { from: "human", value: "Rain?" },
      { from, value: '{"name": "rain", "arguments": {"town": "Ulm"}}' },
      { from: "observation", value: '{"rain": true}' },
      { from: "gpt", value: "Yes." },
    ];
    expect(await messagesOf({ conversations })).toEqual([
      { role: "user", content: "Rain?" },
      { role: "assistant", content: "", tool_calls: [call("rain", ulm)] },
      { role: "tool", content: '{"rain": true}' },
      { role: "assistant", content: "Yes." },
    ]);
    conversations[1] = { from, value: '[{"name": "a", "arguments": {}}, {"name": "b", "arguments": "{}"}]' };
    expect((await messagesOf({ conversations }))[1]?.tool_calls).toEqual([call("a", {}), call("b", {})]);
  });

  it("as a part, as LLaMA-Factory has it", async () => {
    const content = [{ type: "tool_call", value: '{"name": "rain", "arguments": {"town": "Ulm"}}' }];
    expect((await chat({ role: "assistant", content }))[1]).toEqual({ role: "assistant", content: "", tool_calls: [call("rain", ulm)] });
  });

  it("name and tool_call_id are kept, and what else a call has is named", async () => {
    const tool = { role: "tool", tool_call_id: "c1", name: "rain", content: "yes" };
    const record = { messages: [{ ...asked, name: "Ann" }, { ...calling, tool_calls: [{ ...rain, index: 3 }] }, tool, answered] };
    expect(await messagesOf(record)).toEqual([{ ...asked, name: "Ann" }, calling, tool, answered]);
    expect((await parseRecords(record)).ignored).toEqual({ "messages[].tool_calls[].index": 1 });
  });

  it.each([
    [{ tool_calls: [{ function: { name: "f", arguments: "{'a': 1}" } }] }, 'arguments of "f" in message 2'],
    [{ tool_calls: [{ function: { name: "f", arguments: "[1]" } }] }, "that are a list; expected an object"],
    [{ tool_calls: [{ function: { name: "f", arguments: 5 } }] }, "that are the number 5"],
    [{ tool_calls: [{ function: { arguments: {} } }] }, "without the name of a function"],
    [{ tool_calls: ["f()"] }, 'that is the text "f()"'],
    [{ tool_calls: [{ function: { name: "f", arguments: '{"id": 12345678901234567890}' } }] }, "too large to be kept exactly"],
    [{ tool_calls: [{ function: { name: "f", arguments: '{"a": 1, "a": 2}' } }] }, 'the key "a" twice'],
    [{ function_call: "auto" }, '"function_call" in message 2'],
  ])("%j is refused by name", async (keys, names) => {
    const { code, message } = await issue({ role: "assistant", content: "x", ...keys }, answered);
    expect(code).toBe("data/bad-field");
    expect(message).toContain(names);
  });
});

describe("tools", () => {
  const described = {
    name: "rain",
    description: "Does it rain?",
    parameters: { type: "object", properties: { town: { type: "string" } } },
  };
  const wrapped = { type: "function", function: described };
  const toolsOf = async (keys: object) => {
    const { examples, ignored } = await parseRecords({ messages: [asked, answered], ...keys });
    expect(ignored).toEqual({});
    return examples[0]?.kind === "chat" ? examples[0].tools : "no chat";
  };

  it.each([
    ["as the chat API has them", { tools: [wrapped] }],
    ["as JSON text", { tools: JSON.stringify([wrapped]) }],
    ["each as JSON text", { tools: [JSON.stringify(wrapped)] }],
    ["without the function around", { tools: [described] }],
    ["as the responses API has them", { tools: [{ type: "function", ...described }] }],
    ["a single one", { tools: wrapped }],
    ["the older functions", { functions: [described] }],
  ])("%s", async (_name, keys) => {
    expect(await toolsOf(keys)).toEqual([wrapped]);
  });

  it.each([null, "", "[]", []])("%j is none", async (tools) => {
    expect(await toolsOf({ tools })).toBeUndefined();
  });

  it.each([
    ["rain", '"tools"'],
    ["[1]", "tool 1 that is the number 1"],
    [[{ description: "x" }], "without the name of a function"],
    [[wrapped, { type: "retrieval" }], "tool 2"],
  ])("%j is refused by name", async (tools, names) => {
    expect((await issueOf({ messages: [asked, answered], tools })).message).toContain(names);
  });
});
