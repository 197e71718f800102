// A whole file: what is text, what is counted, what is refused. Layouts are in read-values.test.ts, records in formats.test.ts.
import { describe, expect, it, vi } from "vitest";
import { maxDatasetBytes, parseDataset } from "../../src/data/parse-dataset.ts";
import { datasetFile, parse } from "../support/dataset.ts";
import { failureOf } from "../support/errors.ts";
import { the } from "../support/the.ts";

const line = (value: unknown): string => JSON.stringify(value);
const good = line({ prompt: "Who?", completion: "Me." });
const asked = { role: "user", content: "Who?" };
const answered = { role: "assistant", content: "Me." };

describe("a file's shape", () => {
  it.each([
    ["LF at the end", `${good}\n${good}\n`],
    ["no line break at the end", `${good}\n${good}`],
    ["CRLF", `${good}\r\n${good}\r\n`],
    ["CR alone", `${good}\r${good}\r`],
    ["a byte order mark", `\uFEFF${good}\n${good}`],
    ["byte order marks of joined files", `\uFEFF${good}\n\uFEFF${good}`],
    ["spaces around", `  ${good}  \n\t${good}`],
  ])("%s is read", async (_name, content) => {
    const { examples, issues, lineCount, unit } = await parse(content);
    expect([examples.map((example) => example.line), issues.length, lineCount, unit]).toEqual([[1, 2], 0, 2, "line"]);
  });

  it("blank lines count for numbers and not as lines", async () => {
    const { examples, issues, lineCount } = await parse(`\n${good}\n\n  \nnot json\n`);
    expect(lineCount).toBe(2);
    expect(examples[0]?.line).toBe(2);
    expect(issues[0]?.line).toBe(5);
  });

  it("U+2028 and U+0085 within a text end no line", async () => {
    const { examples } = await parse(`{"text": "a\u2028b\u2029c\u0085d"}\n{"text": "e"}`);
    expect(examples).toEqual([
      { kind: "text", line: 1, text: "a\u2028b\u2029c\u0085d" },
      { kind: "text", line: 2, text: "e" },
    ]);
  });

  it("characters and line ends that are split over two chunks stay whole", async () => {
    const bytes = new TextEncoder().encode(`${line({ prompt: "Käse 🧀?", completion: "Ja, 🧀." })}\r\n\r\n${good}`);
    for (let cut = 1; cut < bytes.length; cut++) {
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.slice(0, cut));
          controller.enqueue(bytes.slice(cut));
          controller.close();
        },
      });
      const { examples } = await parseDataset(Object.assign(datasetFile(bytes), { stream: () => stream }));
      expect(examples, `cut at ${cut}`).toMatchObject([
        { line: 1, messages: [{}, { content: "Ja, 🧀." }] },
        { line: 3, messages: [asked, answered] },
      ]);
    }
  });

  it("progress ends at 1 and never falls", async () => {
    const seen: number[] = [];
    await parseDataset(datasetFile(`${good}\n`.repeat(20_000)), (fraction) => seen.push(fraction));
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
    await failureOf(() => parseDataset(Object.assign(datasetFile("x"), { stream })));
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
    ["data/not-json", "{'prompt': 'x', 'completion': 'y'}", "column 2: JSON takes double quotes"],
    ["data/not-json", `{"prompt": "x", "completion": NaN}`, "column 31: JSON knows no NaN"],
    ["data/not-json", `{"prompt": "x", "completion": None}`, "column 31: JSON knows no None"],
    ["data/not-json", `{"prompt": "x", "completion": "y",}`, "column 35: there is a comma too many"],
    ["data/not-json", `${good},`, "there is something after its value"],
    ["data/not-json", `{"prompt": "a\tb", "completion": "y"}`, "column 14: a tab must be written as an escape"],
    ["data/not-json", `{"prompt": "x" "completion": "y"}`, "column 16: a comma or a closing bracket is missing"],
    ["data/not-json", `{"prompt": "x", "prompt": "z", "completion": "y"}`, 'the key "prompt" twice'],
    ["data/not-json", `{"messages": [{"role": "user", "content": "x", "r\\u006fle": "assistant"}]}`, 'the key "role" twice'],
    ["data/not-json", "[".repeat(100_000), "deeper than 100 levels"],
    ["data/half-character", `{"prompt": "x\\ud83d", "completion": "y"}`, "\\ud83d"],
    ["data/half-character", `{"prompt": "x", "completion": "\\uDE00y"}`, "\\ude00"],
    ["data/not-object", "[1, 2]", "an array"],
    ["data/not-object", "null", "null"],
    ["data/not-object", "42", "the number 42"],
    ["data/not-object", '"text"', 'the text "text"'],
    ["data/unknown-keys", line({ bar: "x", foo: 1 }), '"bar", "foo"'],
    ["data/unknown-keys", "{}", "none"],
  ])("%s: %s", async (code, bad, names) => {
    const { issues, examples } = await parse(`${good}\n${bad}\n${good}`);
    expect(examples.map((example) => example.line)).toEqual([1, 3]);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ line: 2, code });
    expect(issues[0]?.message).toMatch(/^Line 2 /);
    expect(issues[0]?.message).toContain(names);
    expect(issues[0]?.hint).not.toBe("");
  });

  it("is not one with both halves of a character as escapes", async () => {
    expect((await parse(`{"text": "\\ud83d\\ude00"}`)).examples).toEqual([{ kind: "text", line: 1, text: "😀" }]);
  });

  it("does not fill the memory when there are a million of it", async () => {
    const { issues, lineCount, examples } = await parse(`${"bad\n".repeat(5000)}${good}`);
    expect([issues.length, lineCount, examples.length]).toEqual([1000, 5001, 1]);
  });
});

describe("no message copies more than 200 characters of its input", () => {
  const long = "z".repeat(10_000);
  const turn = (middle: unknown): string => line({ messages: [asked, middle, answered] });

  it.each([
    ["text", long],
    ["a text that is JSON", line(long)],
    ["a number", "9".repeat(300)],
    ["a key", line({ [long]: 1 })],
    ["many keys", line(Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`zz${at}`, 1])))],
    ["a broken key", `{"${long}: 1}`],
    ["a doubled key", `{"${long}": 1, "${long}": 2}`],
    ["a value", line({ prompt: { [long]: long }, completion: "y" })],
    ["a list that is text", line({ messages: long })],
    ["a list that is nearly JSON", line({ messages: `[${long}` })],
    ["a role", turn({ role: long, content: "x" })],
    ["a role that is a number", turn({ role: 1e300, content: "x" })],
    ["content", turn({ role: "user", content: { [long]: long } })],
    ["the type of a part", turn({ role: "user", content: [{ type: long }] })],
    ["a part", turn({ role: "user", content: [{ type: "text", text: { [long]: 1 } }] })],
    ["a weight", turn({ role: "assistant", content: "x", weight: long })],
    ["the name of a function", turn({ role: "assistant", tool_calls: [{ function: { name: long, arguments: `[${long}` } }] })],
    ["calls", turn({ role: "assistant", tool_calls: `{${long}` })],
    ["a call's turn", turn({ from: "function_call", value: long })],
    ["tools", line({ tools: `{${long}`, messages: [asked, answered] })],
    ["a tool", line({ tools: [long], messages: [asked, answered] })],
    ["a system text", line({ system: { [long]: 1 }, messages: [asked, answered] })],
    ["history", line({ instruction: "x", output: "y", history: [long] })],
  ])("%s", async (_name, bad) => {
    const { issues } = await parse(`${good}\n${bad}`);
    const { message, hint } = the(issues[0]);
    expect(message.replaceAll(/[^z9]/g, "").length).toBeLessThan(200);
    expect(message.length).toBeLessThan(400);
    expect(hint.length).toBeLessThan(700);
    expect((await failureOf(() => parse(bad))).message.replaceAll(/[^z9]/g, "").length).toBeLessThan(200);
  });

  it("names of unused keys are cut too, and not without end", async () => {
    const many = Array.from({ length: 1100 }, (_, at) => line({ text: "x", [`${at}${long}`]: 1 }));
    const { ignored } = await parse(many.join("\n"));
    const names = Object.keys(ignored);
    expect(names.length).toBe(1001);
    expect(ignored["…"]).toBe(100);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThan(100);
  });
});

describe("a file that is no dataset", () => {
  it.each([
    ["data/empty", "", "set.jsonl is empty"],
    ["data/empty", "\n \r\n\n", "no examples"],
    ["data/empty", "[\n]\n", "no examples"],
    ["data/no-examples", "a,b\n1,2\n", "Line 1 is not JSON: a,b"],
    ["data/no-examples", "\nfoo\nbar", "Line 2"],
    ["data/no-examples", "[1, 2]", "None of the 2 objects of set.jsonl is a usable example. Object 1 is the number 1"],
  ])("%s: %j", async (code, content, names) => {
    const failure = await failureOf(() => parse(content));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain("set.jsonl");
    expect(failure.message).toContain(names);
    expect(failure.hint).not.toBe("");
  });

  it("is refused for its size before a byte is read", async () => {
    const stream = (): never => {
      throw new Error("was read");
    };
    const huge = Object.assign(new File([], "huge.jsonl"), { stream });
    Object.defineProperty(huge, "size", { value: 200_000_000 });
    const failure = await failureOf(() => parseDataset(huge));
    expect(failure.code).toBe("data/too-large");
    expect(failure.message).toContain("huge.jsonl");
    expect(failure.message).toContain("200 MB; the limit is 100 MB");
    expect(maxDatasetBytes).toBe(100_000_000);
  });
});
