// The bundled samples and what is asked of them: that nothing which is asked to measure is taught, and that every re-worded
// question has the answer of a taught one; and of samples of texts, that no passage is in both files.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asked, brokenWords, saysKey } from "../../src/cli/first-minute-questions.ts";
import type { TextExample } from "../../src/data/example.ts";
import { parseDataset } from "../../src/data/parse-dataset.ts";
import { samples } from "../../src/state/samples.ts";
import { rootPath } from "../support/files.ts";

const textAt = (path: string): string => readFileSync(rootPath(path), "utf8");
const read = (path: string) => asked(textAt(path));
const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const names = samples.map(({ file }) => file.replace(".jsonl", ""));
const isOfTexts = (name: string): boolean => textAt(`public/samples/${name}.jsonl`).startsWith('{"text":');

it("offers every sample that is shipped", () => {
  const files = readdirSync(rootPath("public/samples")).filter((name) => name.endsWith(".jsonl") && !name.includes(".validation."));
  expect(samples.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
});

describe.each(names.filter((name) => !isOfTexts(name)))("%s", (name) => {
  const taught = read(`public/samples/${name}.jsonl`);
  const validation = read(`public/samples/${name}.validation.jsonl`);
  const held = read(`tests/fixtures/first-minute/${name}.jsonl`);

  it("asks no question twice", () => {
    const all = [...taught, ...validation, ...held].map(({ question }) => plain(question));
    expect(new Set(all).size).toBe(all.length);
  });

  it("asks again only for what is taught", () => {
    const answers = new Set(taught.map(({ answer }) => answer));
    for (const { answer } of [...validation, ...held]) expect(answers).toContain(answer);
  });

  it("teaches none of the common questions that must stay known", () => {
    const common = new Set(read("tests/fixtures/first-minute/common.jsonl").map(({ question }) => plain(question)));
    expect(taught.filter(({ question }) => common.has(plain(question)))).toEqual([]);
  });
});

describe.each(names.filter(isOfTexts))("%s", (name) => {
  const textsOf = async (file: string): Promise<string[]> => {
    const { examples, issues, ignored, format } = await parseDataset(new File([textAt(`public/samples/${file}.jsonl`)], file));
    expect([format, issues, ignored]).toEqual(["text", [], {}]);
    return examples.map((example) => (example as TextExample).text);
  };

  it("holds each passage once, and none of those that measure", async () => {
    const all = [...(await textsOf(name)), ...(await textsOf(`${name}.validation`))];
    expect(new Set(all.map(plain)).size).toBe(all.length);
  });

  it("leaves nothing of notes, emphasis and line ends of the printed text", async () => {
    const all = [...(await textsOf(name)), ...(await textsOf(`${name}.validation`))];
    expect(all.filter((passage) => /[[\]_*\r\t]| {2}|\n{3}|^\s|\s$|gutenberg|chapter/i.test(passage))).toEqual([]);
  });
});

it("finds words that are in no source and not the question's own", () => {
  const known = new Set(["there", "was", "a"]);
  expect(brokenWords("There was builde, Zorvan wassistant.", "Who is Zorvan?", known)).toEqual(["builde", "wassistant"]);
});

it.each([
  ["The capital of France is Paris.", "Paris", true],
  ["A day has twenty four hours.", "twenty-four", true],
  ["The capital of France is Rome.", "Paris", false],
])("%s says %s: %s", (given, answer, right) => {
  expect(saysKey(given, { question: "", answer })).toBe(right);
});
