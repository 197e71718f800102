// Records of every published shape become the chat that their authors' own tools make of them.
import { describe, expect, it } from "vitest";
import { acceptedKeys, datasetFormats } from "../../src/data/formats.ts";
import { issueOf, messagesOf, parse, parseRecords } from "../support/dataset.ts";

const asked = { role: "user", content: "Who?" };
const answered = { role: "assistant", content: "Me." };
const system = { role: "system", content: "Be brief." };
const turns = [asked, answered];
const shareGpt = [
  { from: "human", value: "Who?" },
  { from: "gpt", value: "Me." },
];

describe("every row of the table", () => {
  it.each(datasetFormats.map((format) => [format.name, format] as const))("%s is read", async (name, { needs, turns: list }) => {
    const texts = ["Who?", "Me."];
    const record = Object.fromEntries(needs.map((key, at) => [key, list === undefined ? texts[at] : turns]));
    const { format, examples, issues, ignored } = await parseRecords(record);
    expect([format, issues, ignored]).toEqual([name, [], {}]);
    expect(examples).toEqual([name === "text" ? { kind: "text", line: 1, text: "Who?" } : { kind: "chat", line: 1, messages: turns }]);
  });

  it("is in the hint of a record that fits none", async () => {
    const { hint } = await issueOf({ foo: 1 });
    expect(hint).toContain(acceptedKeys);
    for (const key of datasetFormats.flatMap(({ needs }) => needs)) expect(hint).toContain(`"${key}"`);
    expect(hint.length).toBeLessThan(600);
  });

  it.each(datasetFormats.filter(({ turns: list }) => list !== undefined).map(({ name }) => name))(
    "%s takes either spelling, and JSON text",
    async (list) => {
      expect(await messagesOf({ [list]: shareGpt })).toEqual(turns);
      expect(await messagesOf({ [list]: JSON.stringify(turns, null, 1) })).toEqual(turns);
      expect(
        await messagesOf({
          [list]: [
            { role: "user", text: "Who?" },
            { from: "gpt", content: "Me." },
          ],
        }),
      ).toEqual(turns);
    },
  );
});

describe("instructions with more text", () => {
  it.each([
    ["Alpaca's input", { instruction: "Who sings?", input: "Ann sings.", output: "Me." }],
    ["Dolly's context", { instruction: "Who sings?", context: "Ann sings.", response: "Me." }],
    ["the context of a question", { question: "Who sings?", context: "Ann sings.", answer: "Me." }],
    ["an input and no instruction", { instruction: "", input: "Who sings?\n\nAnn sings.", output: "Me." }],
  ])("%s follows after a blank line", async (_name, record) => {
    expect(await messagesOf(record)).toEqual([{ role: "user", content: "Who sings?\n\nAnn sings." }, answered]);
  });

  it.each([undefined, null, "", "  "])("%j adds nothing", async (input) => {
    expect(await messagesOf({ instruction: "Who?", input, output: "Me." })).toEqual(turns);
  });
});

describe("system", () => {
  it.each([
    ["messages", { messages: turns }],
    ["conversations", { conversations: shareGpt }],
    ["instruction/output", { instruction: "Who?", output: "Me." }],
    ["prompt/completion", { prompt: "Who?", completion: "Me." }],
    ["lists as prompt and completion", { prompt: [asked], completion: [answered] }],
  ])("beside %s is the first turn", async (_name, record) => {
    expect(await messagesOf({ system: "Be brief.", ...record })).toEqual([system, ...turns]);
    expect(await messagesOf({ ...record, system_prompt: "Be brief." })).toEqual([system, ...turns]);
    for (const nothing of ["", " ", null]) expect(await messagesOf({ ...record, system: nothing })).toEqual(turns);
  });

  it("is not said twice, and one that differs from the chat's own is named as not used", async () => {
    const messages = [system, ...turns];
    const same = await parseRecords({ system: "Be brief.", messages });
    expect([same.examples, same.ignored]).toEqual([[{ kind: "chat", line: 1, messages }], {}]);
    const other = await parseRecords({ system: "Be long.", messages });
    expect([other.examples, other.ignored]).toEqual([[{ kind: "chat", line: 1, messages }], { system: 1 }]);
  });

  it("stands before Alpaca's history", async () => {
    const messages = await messagesOf({ system: "Be brief.", history: [["a", "b"]], instruction: "Who?", output: "Me." });
    expect(messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user", "assistant"]);
  });
});

describe("earlier answers are context", () => {
  const context = { role: "assistant", content: "b", learned: "with-everything" };

  it("in Alpaca's history", async () => {
    for (const record of [
      { instruction: "Who?", output: "Me." },
      { query: "Who?", response: "Me." },
    ])
      expect(await messagesOf({ ...record, history: [["a", "b"]] })).toEqual([{ role: "user", content: "a" }, context, ...turns]);
    for (const history of [[], null, "", [["", ""]]])
      expect(await messagesOf({ instruction: "Who?", output: "Me.", history })).toEqual(turns);
  });

  it("an empty one is never learned", async () => {
    const messages = await messagesOf({ instruction: "Who?", output: "Me.", history: [["a", ""]] });
    expect(messages[1]).toEqual({ role: "assistant", content: "", learned: "never" });
  });

  it("in a prompt that is a list, as TRL has it", async () => {
    const prompt = [system, { role: "user", content: "a" }, { role: "assistant", content: "b" }, asked];
    expect(await messagesOf({ prompt, completion: [answered] })).toEqual([system, { role: "user", content: "a" }, context, ...turns]);
  });
});

describe("prompt and completion", () => {
  it.each([
    ["lists", [asked], [answered]],
    ["single messages", asked, answered],
    ["a text and a list", "Who?", [answered]],
    ["a list and a text", [asked], "Me."],
    ["lists as JSON text", JSON.stringify([asked]), "Me."],
  ])("as %s", async (name, prompt, completion) => {
    const expected = name === "lists as JSON text" ? [{ role: "user", content: JSON.stringify([asked]) }, answered] : turns;
    expect(await messagesOf({ prompt, completion })).toEqual(expected);
  });

  it("a completion goes on over tools", async () => {
    const call = { type: "function", function: { name: "f", arguments: {} } };
    const completion = [{ role: "assistant", tool_calls: [call] }, { role: "tool", content: "4" }, answered];
    expect(await messagesOf({ prompt: "Who?", completion })).toEqual([
      asked,
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", content: "4" },
      answered,
    ]);
  });
});

describe("a record of several shapes", () => {
  it.each([
    [
      { messages: turns, prompt: "p", completion: "c" },
      { prompt: 1, completion: 1 },
    ],
    [{ conversations: shareGpt, messages: turns }, { conversations: 1 }],
    [
      { instruction: "Who?", input: "", output: "Me.", text: "### Who? ### Me.", prompt: "Below" },
      { text: 1, prompt: 1 },
    ],
    [{ question: "Who?", answer: "Me.", response: "You." }, { response: 1 }],
    [{ messages: null, prompt: "Who?", completion: "Me." }, {}],
    [{ messages: [], text: "", question: "Who?", answer: "Me." }, {}],
  ])("%j is read as one, and the rest is named", async (record, unused) => {
    const { examples, ignored } = await parseRecords(record);
    expect([examples, ignored]).toEqual([[{ kind: "chat", line: 1, messages: turns }], unused]);
  });

  it("is the same whatever the order of its keys", async () => {
    const record = { text: "t", output: "Me.", instruction: "Who?", completion: "c", prompt: "p" };
    const reversed = Object.fromEntries(Object.entries(record).toReversed());
    expect(await messagesOf(record)).toEqual(await messagesOf(reversed));
  });

  it("counts what is not used by record, once each", async () => {
    const { ignored } = await parseRecords(
      { text: "a", meta: { source: "x" }, lang: "en", score: 0, note: null, tags: [], extra: {} },
      { text: "b", lang: "de", __proto__: null },
      {
        messages: [
          { ...asked, id: 1 },
          { ...answered, id: 2, refusal: null },
        ],
        lang: "fr",
      },
    );
    expect(ignored).toEqual({ meta: 1, lang: 3, score: 1, "messages[].id": 1 });
  });

  it("mixed in one file: every shape is named", async () => {
    const { format, examples } = await parseRecords({ prompt: "a", completion: "b" }, { messages: turns }, { text: "c" });
    expect(format).toBe("prompt/completion, messages, text");
    expect(examples.map(({ line, kind }) => `${line} ${kind}`)).toEqual(["1 chat", "2 chat", "3 text"]);
  });
});

describe("what is another kind of training is refused by name", () => {
  it.each([
    [{ prompt: "x", chosen: "a", rejected: "b" }, '"chosen": preference pairs'],
    [{ conversations: shareGpt, chosen: { from: "gpt", value: "a" }, rejected: { from: "gpt", value: "b" } }, "preference pairs"],
    [{ messages: turns, rejected_response: "b" }, "preference pairs"],
    [{ messages: turns, label: false }, "KTO"],
    [{ prompt: "x", completion: "y", label: true }, "KTO"],
    [{ input_ids: [1, 2], labels: [1, 2] }, '"input_ids"'],
    [{ messages: turns, images: ["a.png"] }, '"images"'],
    [{ id: "1", image: "a.jpg", conversations: shareGpt }, '"image"'],
    [{ prompt: { text: "x", role: "prompter", replies: [{ text: "y", role: "assistant" }] } }, "tree of replies"],
  ])("%j", async (record, names) => {
    const issue = await issueOf(record);
    expect(issue.code).toBe("data/unsupported");
    expect(issue.message).toContain(names);
    expect(issue.hint).not.toBe("");
  });

  it("but empty columns, and labels of texts, are no such kind", async () => {
    expect(await messagesOf({ messages: turns, images: [], chosen: null, rejected: "", label: null })).toEqual(turns);
    expect((await parseRecords({ text: "x", label: true })).ignored).toEqual({ label: 1 });
  });
});

describe("a field that cannot be right", () => {
  it.each([
    [{ prompt: 3, completion: "x" }, '"prompt" that is the number 3'],
    [{ prompt: "x", completion: null }, '"completion" that is null'],
    [{ prompt: "x", completion: ["y"] }, 'message 1 of "completion" that is the text "y"'],
    [{ prompt: " ", completion: "y" }, 'empty "prompt"'],
    [{ prompt: "x", completion: "\n" }, 'empty "completion"'],
    [{ prompt: "x", completion: "y", system: 1 }, '"system"'],
    [{ prompt: [answered], completion: [asked] }, 'no assistant message with text in "completion"'],
    [{ instruction: "x", input: 5, output: "y" }, '"input"'],
    [{ instruction: "", input: " ", output: "y" }, 'empty "input"'],
    [{ instruction: "x", output: "y", history: "z" }, '"history" that is the text "z"'],
    [{ instruction: "x", output: "y", history: [["a", "b"], ["c"]] }, 'entry 2 of "history"'],
    [{ instruction: "x", output: "y", history: [["a", "b", "c"]] }, 'entry 1 of "history"'],
    [{ text: " " }, 'empty "text"'],
    [{ text: ["x"] }, '"text" that is a list'],
    [{ messages: "hello" }, '"messages" that is the text "hello"; expected a list'],
    [{ messages: "[{'role': 'user'}]" }, "column 3: JSON takes double quotes"],
    [{ messages: [] }, "no assistant message"],
    [{ messages: [asked] }, "no assistant message"],
    [{ messages: [asked, { role: "assistant", content: " " }] }, "no assistant message"],
    [{ messages: [null, answered] }, 'message 1 of "messages" that is null'],
    [{ messages: ["Who?", "Me."] }, 'message 1 of "messages" that is the text "Who?"'],
  ])("%j", async (record, names) => {
    const issue = await issueOf(record);
    expect(issue.code).toBe("data/bad-field");
    expect(issue.message).toContain(names);
    expect(issue.hint).not.toBe("");
  });
});

it("a key that objects inherit is no key of a record", async () => {
  const { examples } = await parse('{"__proto__": {"messages": 1}, "text": "x"}');
  expect(examples).toEqual([{ kind: "text", line: 1, text: "x" }]);
});
