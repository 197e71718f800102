// Whatever the layout of a file, its objects are found, and a broken one costs itself only.
import { describe, expect, it } from "vitest";
import { parse, refusalOf } from "../support/dataset.ts";

const record = (text: string): object => ({ text, more: { list: [{ a: 1 }, { a: 2 }] } });
const records = [record("one"), record("two"), record("three")];
const compact = JSON.stringify(records);
const [one = "", two = "", three = ""] = records.map((value) => JSON.stringify(value));
const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

async function read(content: string) {
  const { unit, examples, issues, lineCount } = await parse(content);
  const texts = examples.map((example) => (example.kind === "text" ? `${example.line} ${example.text}` : "chat"));
  expect(lineCount).toBe(examples.length + issues.length);
  return { unit, texts, issues: issues.map(({ message }) => message) };
}

describe("layouts", () => {
  const all = ["1 one", "2 two", "3 three"];

  it.each([
    ["an array on one line", compact],
    ["a pretty array", pretty(records)],
    ["a pretty array with tabs and CRLF", JSON.stringify(records, null, "\t").replaceAll("\n", "\r\n")],
    ["a pretty array with a byte order mark", `\uFEFF${pretty(records)}`],
    ["an array with an object per line", `[\n${one},\n${two},\n${three}\n]\n`],
    ["an array with an object per line, brackets beside", `[${one},\n ${two},\n ${three}]`],
    ["an array with leading commas", `[\n${one}\n, ${two}\n, ${three}\n]`],
    ["an array with blank lines", `\n[\n\n${one}\n,\n\n${two},\n${three}\n\n]`],
    ["a pretty array with lines of no-break spaces", pretty(records).replaceAll(",\n", ",\n\u00a0\n")],
    ["two arrays", `${JSON.stringify(records.slice(0, 2))}\n[${three}]`],
    ["pretty objects one after the other", records.map(pretty).join("\n")],
    ["pretty objects without line breaks between", records.map(pretty).join("")],
    ["objects on one line", `${one}${two} ${three}`],
    ["an object that wraps the list", JSON.stringify({ version: "1.0", data: records })],
    ["a pretty object that wraps the list", pretty({ train: records, meta: null })],
    ["an object with nothing but the list", JSON.stringify({ examples: records })],
  ])("%s", async (_name, content) => {
    expect(await read(content)).toEqual({ unit: "object", texts: all, issues: [] });
  });

  it("JSON Lines with one object over several lines count lines", async () => {
    expect(await read(`${one}\n${pretty(records[1])}\n${three}`)).toEqual({
      unit: "line",
      texts: ["1 one", "2 two", "15 three"],
      issues: [],
    });
  });

  it("one pretty object is an example", async () => {
    expect(await read(pretty(records[0]))).toEqual({ unit: "object", texts: ["1 one"], issues: [] });
  });

  it("what stands beside the list in the object that wraps it is named", async () => {
    const { ignored } = await parse(JSON.stringify({ version: "1.0", license: "", data: records }));
    expect(ignored).toEqual({ version: 1, more: 3 });
  });

  it("an object with two lists is refused by their names", async () => {
    expect(await refusalOf(JSON.stringify({ train: records, test: records }))).toMatch(
      /data\/no-examples: .*several lists: "train", "test"/,
    );
  });

  it("an object that wraps no list of objects is refused by its keys", async () => {
    expect(await refusalOf(JSON.stringify({ data: ["a", "b"], n: 2 }))).toMatch(/Line 1 has the keys "data", "n"/);
  });

  it("a wrapping object among others is no file", async () => {
    const { texts, issues } = await read(`${JSON.stringify({ data: records })}\n${one}`);
    expect([texts, issues.length]).toEqual([["2 one"], 1]);
  });
});

describe("what is broken", () => {
  it("in a pretty array costs one object, and line and column are named", async () => {
    const content = pretty(records).replace('"two"', "'two'");
    const line = content.split("\n").findIndex((text) => text.includes("'two'")) + 1;
    const { texts, issues } = await read(content);
    expect(texts).toEqual(["1 one", "3 three"]);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatch(new RegExp(`^Object 2 is not JSON: .*'two'.*line ${line}, column 13: JSON takes double quotes`));
  });

  it("in an array with an object per line costs one object", async () => {
    for (const bad of ["{oops},", `${two.slice(0, -1)},`, "{'text': 'x'},", two]) {
      const { texts, issues } = await read(`[\n${one},\n${bad}\n${three}\n]`);
      expect([texts[0], issues.length, issues[0]?.slice(0, 8)], bad).toEqual(["1 one", 1, bad === two ? "Object 3" : "Object 2"]);
    }
  });

  it("in an array on one line, the objects before it are kept and the others named as lost", async () => {
    const { texts, issues } = await read(compact.replace('"two"', "two"));
    expect(texts).toEqual(["1 one"]);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatch(
      /^Object 2 is not JSON: .*line 1, column \d+: this is no JSON value.* The rest of that line could not be read\.$/,
    );
  });

  it("the last object of an array, says nothing of what follows", async () => {
    const { texts, issues } = await read(`[\n${one},\n{oops}\n]`);
    expect([texts, issues]).toEqual([["1 one"], ["Object 2 is not JSON: {oops} (line 3, column 2: a key in double quotes is missing)."]]);
  });

  it("where nothing after it starts as its object did, says that what follows is lost", async () => {
    const { texts, issues } = await read(`[${one},\n  {oops},\n    ${two},\n    ${three}]`);
    expect([texts, issues.length]).toEqual([["1 one"], 1]);
    expect(issues[0]).toMatch(/^Object 2 .* What follows could not be read\.$/);
  });

  it.each([
    ["within an object", pretty(records).slice(0, pretty(records).indexOf("three")), "Object 3 is not JSON: .*a text is not closed"],
    ["between lines of an object", pretty(records).slice(0, pretty(records).lastIndexOf('"text"')), "Object 3 is not JSON: .*not complete"],
    ["between objects", `[\n${one},\n${two},`, "Object 3 is missing: the file ends within its array"],
    ["before the bracket", `[${one}, ${two}`, "Object 3 is missing: the file ends within its array"],
  ])("an array that ends %s keeps what is complete", async (_name, content, message) => {
    const { texts, issues } = await read(content);
    expect(texts).toEqual(["1 one", "2 two"]);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatch(new RegExp(`^${message}`));
  });

  it("among pretty objects costs one", async () => {
    const { texts, issues, unit } = await read([pretty(records[0]).replace('"one"', "one"), ...records.slice(1).map(pretty)].join("\n"));
    expect([unit, texts, issues.length]).toEqual(["object", ["2 two", "3 three"], 1]);
  });

  it.each([1, 2, 3])("in line %i of JSON Lines, cut anywhere, costs that line alone", async (bad) => {
    const lines = [one, two, three];
    const kept = lines.flatMap((_, at) => (at + 1 === bad ? [] : [`${at + 1} ${["one", "two", "three"][at]}`]));
    for (let cut = 1; cut < (lines[bad - 1] as string).length; cut++) {
      const { unit, texts, issues } = await read(lines.map((line, at) => (at + 1 === bad ? line.slice(0, cut) : line)).join("\n"));
      expect([unit, texts], `cut at ${cut}`).toEqual(["line", kept]);
      expect(issues.length).toBe(1);
      expect(issues[0]).toMatch(new RegExp(`^Line ${bad} is not JSON`));
    }
  });

  it("costs time that grows with the file, not with its square", async () => {
    const lines = Array.from({ length: 5000 }, () => `{"text": [1,`);
    const start = performance.now();
    expect(await refusalOf(lines.join("\n"))).toMatch(/data\/no-examples/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
