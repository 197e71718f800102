// The bundled samples and what is asked of them: that nothing which is asked to measure is taught, and that every re-worded
// question has the answer of a taught one.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asked, brokenWords, saysKey } from "../../src/cli/first-minute-questions.ts";
import { samples } from "../../src/state/samples.ts";
import { rootPath } from "../support/files.ts";

const read = (path: string) => asked(readFileSync(rootPath(path), "utf8"));
const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
const names = samples.map(({ file }) => file.replace(".jsonl", ""));

it("offers every sample that is shipped", () => {
  const files = readdirSync(rootPath("public/samples")).filter((name) => name.endsWith(".jsonl") && !name.includes(".validation."));
  expect(samples.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
});

describe.each(names)("%s", (name) => {
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
