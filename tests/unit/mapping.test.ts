// Columns of no known names: what a mapping makes of them, what is guessed and never applied, and what is refused.
import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessMapping, Columns } from "../../src/data/guess-mapping.ts";
import type { Mapping } from "../../src/data/mapped-roles.ts";
import { parseMapping, writtenMapping } from "../../src/data/mapping.ts";
import { parseDataset } from "../../src/data/parse-dataset.ts";
import { failureOf, told } from "../support/errors.ts";

const read = (records: readonly unknown[], mapping?: Mapping) =>
  parseDataset(new File([records.map((record) => JSON.stringify(record)).join("\n")], "set.jsonl"), undefined, mapping);

describe("a mapping", () => {
  it("has columns, templates, constants and a system prompt", async () => {
    const mapping = parseMapping(String.raw`system="Be brief, please.",question={title}:\n{{{body}}},answer=reply`);
    const { examples, ignored, format } = await read([{ title: "T", body: "B", reply: "R", id: 3 }], mapping);
    expect(examples).toEqual([
      {
        kind: "chat",
        line: 1,
        messages: [
          { role: "system", content: "Be brief, please." },
          { role: "user", content: "T:\n{B}" },
          { role: "assistant", content: "R" },
        ],
      },
    ]);
    expect([ignored, format]).toEqual([{ id: 1 }, "mapped"]);
  });

  it.each([
    ["question=a", "data/map#roles"],
    ["question=a,answer=b,text=c", "data/map#roles"],
    ["question=a,question=b,answer=c", "data/map#twice"],
    ["questoin=a,answer=b", "data/map"],
    ["question={a,answer=b", "data/map#brace"],
    ["", "data/map"],
  ])("%j is refused", async (written, key) => {
    expect(await failureOf(() => Promise.resolve(parseMapping(written)))).toMatchObject({ key });
  });

  it("says which record lacks its column, or has nothing in it", async () => {
    const good = { a: "Who?", b: "Me." };
    const { issues } = await read([good, { a: "Who?" }, { a: "", b: "c" }, { a: {}, b: "c" }], parseMapping("question=a,answer=b"));
    expect(issues.map(({ line, code }) => [line, code])).toEqual([
      [2, "data/map-column"],
      [3, "data/bad-field"],
      [4, "data/bad-field"],
    ]);
  });

  it("of any columns and texts puts every value where it belongs", async () => {
    const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[{}]/.test(text) && text !== "__proto__");
    const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== "");
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 2, maxLength: 2 }), text, text, async (columns, asked, answered) => {
        const [first = "", second = ""] = columns;
        const mapping = { question: `{${first}}`, answer: `{${second}}` };
        const { examples } = await read([{ [first]: asked, [second]: answered }], mapping);
        expect(examples).toMatchObject([{ messages: [{ content: asked }, { content: answered }] }]);
        expect(writtenMapping(parseMapping("question=x,answer={y}"))).toBe("question=x,answer={y}");
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe("a guess", () => {
  const guess = (...records: readonly object[]) => {
    const columns = new Columns();
    for (const record of records) columns.add(record);
    return guessMapping(columns.list());
  };
  it("goes by names, then by lengths", () => {
    expect(guess({ Question: "Q", "Incorrect Answers": "a longer text", "Best Answer": "A" })).toEqual({
      question: "Question",
      answer: "Best Answer",
    });
    expect(guess({ short: "abc", long: "abcdefghi", id: "0123456789012345" })).toEqual({ question: "short", answer: "long" });
    expect(guess({ only: "abc" })).toBeUndefined();
  });

  it("is shown and not applied", async () => {
    const failure = await failureOf(() => read([{ Frage: "Wer?", Antwort: "Ich." }]));
    expect(failure).toMatchObject({ code: "data/unmapped" });
    expect(told(failure as never).hint).toContain("--map 'question=Frage,answer=Antwort'");
  });
});

const truthful = "../shared/datasets/TruthfulQA.csv";

describe.skipIf(!existsSync(truthful))("TruthfulQA.csv", () => {
  const file = () => new File([readFileSync(truthful)], "TruthfulQA.csv");
  it("has its columns proposed, and is read as they are confirmed", async () => {
    const failure = await failureOf(() => parseDataset(file()));
    expect(told(failure as never).hint).toContain("--map 'question=Question,answer=Best Answer'");
    const { examples, issues } = await parseDataset(file(), undefined, parseMapping("question=Question,answer=Best Answer"));
    expect([examples.length, issues.length]).toEqual([817, 0]);
  });
});
