import { describe, expect, it, vi } from "vitest";
import { datasetFormats } from "../../src/data/formats.ts";
import { maxDatasetBytes, parseJsonl } from "../../src/data/parse-jsonl.ts";
import { failureOf } from "../support/errors.ts";
import { the } from "../support/the.ts";

const file = (content: string | Uint8Array<ArrayBuffer>): File => new File([content], "set.jsonl");
const parse = (content: string | Uint8Array<ArrayBuffer>) => parseJsonl(file(content));
const line = (value: unknown): string => JSON.stringify(value);
const good = line({ prompt: "Who?", completion: "Me." });
const asked = { role: "user", content: "Who?" };
const answered = { role: "assistant", content: "Me." };

describe("every format", () => {
  const samples: Readonly<Record<string, unknown>> = {
    messages: { messages: [asked, answered] },
    conversations: {
      conversations: [
        { from: "human", value: "Who?" },
        { from: "gpt", value: "Me." },
      ],
    },
    "prompt/completion": { prompt: "Who?", completion: "Me." },
    "prompt/response": { prompt: "Who?", response: "Me." },
    "question/answer": { question: "Who?", answer: "Me." },
    "instruction/output": { instruction: "Who?", output: "Me." },
  };

  it.each(datasetFormats.map(({ name }) => name))("%s becomes a chat", async (name) => {
    const { format, examples, issues } = await parse(line(samples[name]));
    expect(format).toBe(name);
    expect(issues).toEqual([]);
    expect(examples).toEqual([{ line: 1, messages: [asked, answered] }]);
  });

  it("an instruction's input follows it after a blank line", async () => {
    const { examples } = await parse(line({ instruction: "Add.", input: "1 and 2", output: "3" }));
    expect(examples[0]?.messages[0]?.content).toBe("Add.\n\n1 and 2");
    const [blank] = (await parse(line({ instruction: "Add.", input: " ", output: "3" }))).examples;
    expect(blank?.messages[0]?.content).toBe("Add.");
  });

  it("a system text leads, except where it is empty or null", async () => {
    const { examples } = await parse(
      [{ system: "Be brief." }, { system: "" }, { system: null }]
        .map((more) => line({ prompt: "Who?", completion: "Me.", ...more }))
        .join("\n"),
    );
    expect(examples.map(({ messages }) => messages[0]?.role)).toEqual(["system", "user", "user"]);
  });

  it("several turns and roles stay in order", async () => {
    const messages = [
      { role: "system", content: "s" },
      asked,
      answered,
      { role: "user", content: "And?" },
      { role: "assistant", content: "You." },
    ];
    expect((await parse(line({ messages, id: 7 }))).examples[0]?.messages).toEqual(messages);
  });

  it("mixed in one file are all named", async () => {
    const { format, examples } = await parse([good, line(samples["messages"]), good].join("\n"));
    expect(format).toBe("prompt/completion, messages");
    expect(examples.map((example) => example.line)).toEqual([1, 2, 3]);
  });
});

describe("a file's shape", () => {
  it.each([
    ["LF at the end", `${good}\n${good}\n`],
    ["no line break at the end", `${good}\n${good}`],
    ["CRLF", `${good}\r\n${good}\r\n`],
    ["a byte order mark", `\uFEFF${good}\n${good}`],
    ["spaces around", `  ${good}  \n\t${good}`],
  ])("%s is read", async (_name, content) => {
    const { examples, issues, lineCount } = await parse(content);
    expect([examples.length, issues.length, lineCount]).toEqual([2, 0, 2]);
  });

  it("blank lines count for numbers and not as lines", async () => {
    const { examples, issues, lineCount } = await parse(`\n${good}\n\n  \nnot json\n`);
    expect(lineCount).toBe(2);
    expect(examples[0]?.line).toBe(2);
    expect(issues[0]?.line).toBe(5);
  });

  it("a character that is split over two chunks stays whole", async () => {
    const bytes = new TextEncoder().encode(`${line({ prompt: "Käse 🧀?", completion: "Ja, 🧀." })}\n${good}`);
    for (let cut = 1; cut < bytes.length; cut += 3) {
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.slice(0, cut));
          controller.enqueue(bytes.slice(cut));
          controller.close();
        },
      });
      const chunked = Object.assign(file(bytes), { stream: () => stream });
      const { examples } = await parseJsonl(chunked);
      expect(examples[0]?.messages[1]?.content, `cut at ${cut}`).toBe("Ja, 🧀.");
      expect(examples.length).toBe(2);
    }
  });

  it("progress ends at 1 and never falls", async () => {
    const seen: number[] = [];
    await parseJsonl(file(`${good}\n`.repeat(20_000)), (fraction) => seen.push(fraction));
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it("each character of one huge line is searched once", async () => {
    const chunk = new Uint8Array(64 * 1024).fill(120);
    const [chunks, size] = [64, 64 * chunk.length];
    const stream = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (let count = 0; count < chunks; count++) controller.enqueue(chunk);
          controller.close();
        },
      });
    const split = vi.spyOn(String.prototype, "split");
    await failureOf(() => parseJsonl(Object.assign(file("x"), { stream })));
    const searched = split.mock.contexts.reduce<number>((sum, text) => sum + String(text).length, 0);
    vi.restoreAllMocks();
    expect(searched).toBeGreaterThanOrEqual(size);
    expect(searched).toBeLessThan(1.1 * size);
  });
});

describe("a bad line", () => {
  it.each([
    ["data/not-json", "{oops", "{oops"],
    ["data/not-json", good.slice(0, -2), "is not JSON"],
    ["data/not-object", "[1, 2]", "an array"],
    ["data/not-object", "null", "null"],
    ["data/not-object", "42", "a number"],
    ["data/not-object", '"text"', "a string"],
    ["data/unknown-keys", line({ text: "x", foo: 1 }), '"text", "foo"'],
    ["data/unknown-keys", "{}", "none"],
    ["data/bad-field", line({ prompt: 3, completion: "x" }), '"prompt" that is the number 3'],
    ["data/bad-field", line({ prompt: "x", completion: null }), '"completion" that is null'],
    ["data/bad-field", line({ prompt: "x", completion: ["y"] }), "a list"],
    ["data/bad-field", line({ prompt: " ", completion: "y" }), 'empty "prompt"'],
    ["data/bad-field", line({ prompt: "x", completion: "\n" }), 'empty "completion"'],
    ["data/bad-field", line({ prompt: "x", completion: "y", system: 1 }), '"system"'],
    ["data/bad-field", line({ instruction: "x", input: 5, output: "y" }), '"input"'],
    ["data/bad-field", line({ messages: "hello" }), '"messages"'],
    ["data/bad-field", line({ messages: [] }), "no assistant message"],
    ["data/bad-field", line({ messages: [asked] }), "no assistant message"],
    ["data/bad-field", line({ messages: [asked, { role: "assistant", content: " " }] }), "no assistant message"],
    ["data/bad-field", line({ messages: [{ role: "tool", content: "x" }, answered] }), '"tool" in message 1'],
    ["data/bad-field", line({ messages: [{ role: "toString", content: "x" }, answered] }), '"toString"'],
    ["data/bad-field", line({ messages: [asked, { role: "assistant", content: [{ type: "text" }] }] }), "message 2 that is a list"],
    ["data/bad-field", line({ messages: [null, answered] }), "message 1"],
    ["data/bad-field", line({ conversations: [{ role: "user", content: "x" }] }), "from nothing in message 1"],
  ])("%s: %s", async (code, bad, names) => {
    const { issues, examples } = await parse(`${good}\n${bad}\n${good}`);
    expect(examples.map((example) => example.line)).toEqual([1, 3]);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ line: 2, code });
    expect(issues[0]?.message).toMatch(/^Line 2 /);
    expect(issues[0]?.message).toContain(names);
    expect(issues[0]?.hint).not.toBe("");
  });

  it("does not fill the memory when there are a million of it", async () => {
    const { issues, lineCount, examples } = await parse(`${"bad\n".repeat(5000)}${good}`);
    expect([issues.length, lineCount, examples.length]).toEqual([1000, 5001, 1]);
  });

  it("is quoted in part only", async () => {
    const { issues } = await parse(`${good}\n${"z".repeat(10_000)}`);
    expect(the(issues[0]).message.length).toBeLessThan(120);
  });
});

describe("a file that is no dataset", () => {
  const wide = new Uint8Array(Uint16Array.from(`\uFEFF${good}`, (char) => char.charCodeAt(0)).buffer);

  it.each([
    ["data/empty", ""],
    ["data/empty", "\n \r\n\n"],
    ["data/binary", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe)],
    ["data/binary", `${good}\n\0\0`],
    ["data/binary", new Uint8Array([...new TextEncoder().encode(good), 0xc3])],
    ["data/binary", wide],
    ["data/no-examples", "a,b\n1,2\n"],
    ["data/no-examples", line([{ prompt: "x", completion: "y" }])],
  ])("%s", async (code, content) => {
    const failure = await failureOf(() => parse(content));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain("set.jsonl");
    expect(failure.hint).not.toBe("");
  });

  it("names the first bad line where all are bad", async () => {
    expect((await failureOf(() => parse("\nfoo\nbar"))).message).toContain("Line 2");
  });

  it("is refused for its size before a byte is read", async () => {
    const stream = (): never => {
      throw new Error("was read");
    };
    const huge = Object.assign(new File([], "huge.jsonl"), { stream });
    Object.defineProperty(huge, "size", { value: 200 * 1024 * 1024 });
    const failure = await failureOf(() => parseJsonl(huge));
    expect(failure.code).toBe("data/too-large");
    expect(failure.message).toContain("huge.jsonl");
    expect(failure.message).toContain("200 MB");
    expect(maxDatasetBytes).toBeLessThan(200 * 1024 * 1024);
  });
});
