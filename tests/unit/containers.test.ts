// Containers: what a file is told to be, what its rows become, and that broken ones are refused with their place.
import { strToU8, zipSync } from "fflate";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toErrorRecord } from "../../src/base/errors.ts";
import { seededRandom } from "../../src/base/random.ts";
import { parseDataset } from "../../src/data/parse-dataset.ts";
import { CsvRows, type CsvRow } from "../../src/data/containers/csv-rows.ts";
import { failureOf, told } from "../support/errors.ts";
import { isSoaking } from "../support/soak.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const file = (content: string | Bytes, name: string): File => new File([content], name);
const read = (content: string | Bytes, name: string) => parseDataset(file(content, name));
const pairs = async (content: string | Bytes, name: string) =>
  (await read(content, name)).examples.map((example) =>
    example.kind === "chat" ? [example.line, ...example.messages.map((message) => message.content)] : [example.line, example.text],
  );
const utf16 = (text: string, isBig = false): Bytes => {
  const bytes = new Uint8Array(2 * text.length);
  for (let at = 0; at < text.length; at++) new DataView(bytes.buffer).setUint16(2 * at, text.charCodeAt(at), !isBig);
  return bytes;
};
const latin = (text: string): Bytes => Uint8Array.from(text, (char) => (char === "€" ? 0x80 : char.charCodeAt(0)));

describe("a table", () => {
  const table = "question,answer\nWho?,Me.\nWhy?,So.\n";
  const both = [
    [2, "Who?", "Me."],
    [3, "Why?", "So."],
  ];
  it.each([
    ["commas", table],
    ["semicolons", table.replaceAll(",", ";")],
    ["tabs", table.replaceAll(",", "\t")],
    ["bars", table.replaceAll(",", "|")],
    ["CRLF and a byte order mark", `\uFEFF${table.replaceAll("\n", "\r\n")}`],
    ["CR alone", table.replaceAll("\n", "\r")],
    ["no line end at its end", table.trimEnd()],
    ["quotes around all", table.replaceAll(/[^,\n]+/g, '"$&"')],
  ])("with %s is read, whatever its name", async (_name, content) => {
    for (const name of ["set.csv", "set.tsv", "set.jsonl", "set"]) expect(await pairs(content, name), name).toEqual(both);
  });

  it("has quoted line ends, doubled quotes and lines that count them", async () => {
    const content = 'question,answer\n"Who,\r\nsays ""I""?",Me.\n\nWhy?,So.';
    expect(await pairs(content, "a.csv")).toEqual([
      [2, 'Who,\r\nsays "I"?', "Me."],
      [5, "Why?", "So."],
    ]);
  });

  it.each([
    ["UTF-16LE", utf16("\uFEFFquestion,answer\nÉté ?,Juin")],
    ["UTF-16BE", utf16("\uFEFFquestion,answer\nÉté ?,Juin", true)],
    ["UTF-16LE", utf16("question,answer\nÉté ?,Juin")],
    ["WINDOWS-1252", latin("question,answer\nÉté ?,Juin")],
    ["UTF-8", new TextEncoder().encode("question,answer\nÉté ?,Juin")],
  ])("in %s is read and its encoding said", async (encoding, content) => {
    expect(await pairs(content, "a.csv")).toEqual([[2, "Été ?", "Juin"]]);
    const { sources } = await read(content, "a.csv");
    expect(sources).toMatchObject([{ container: "csv", details: [{ key: "container/table", params: { encoding } }] }]);
  });

  it("with one byte that is no UTF-8 among characters that are is refused with its line", async () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode("question,answer\nÉté ?,Juin\nx"), 0xe9, 0x2c, 0x79]);
    expect(await failureOf(() => read(bytes, "a.csv"))).toMatchObject({ code: "data/binary", params: { line: "3" } });
  });

  it.each([
    ["too few cells", "question,answer\nWho?,Me.\nWhy?\nHow?,So.", 3, "data/csv"],
    ["too many cells", "question,answer\nWho?,Me.\nWhy?,a,b\nHow?,So.", 3, "data/csv"],
    ["text behind a quote", 'question,answer\nWho?,Me.\n"Why"?,a\nHow?,So.', 3, "data/csv"],
    ["a quote that is not closed", 'question,answer\nWho?,Me.\nWhy?,"a\nHow?,So.', 3, "data/csv"],
  ])("names the line with %s and keeps the others", async (_name, content, line, code) => {
    const { issues, examples } = await read(content, "a.csv");
    expect(issues).toMatchObject([{ line, code }]);
    expect(told(issues[0] as never).message).toContain("Line 3");
    expect(examples[0]).toMatchObject({ line: 2 });
  });

  it("with two columns of one name is refused", async () => {
    expect(await failureOf(() => read("answer,answer\na,b", "a.csv"))).toMatchObject({ key: "data/csv-header#twice" });
  });

  it("keeps answers that are JSON as text, and reads lists of turns", async () => {
    const quoted = (value: unknown): string => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
    expect(await pairs(`question,answer\nGive JSON,${quoted([{ a: 1 }])}`, "a.csv")).toEqual([[2, "Give JSON", '[{"a":1}]']]);
    const turns = [{ role: "user", content: "Who?" }];
    expect(await pairs(`prompt,completion\n${quoted(turns)},Me.`, "a.csv")).toEqual([[2, "Who?", "Me."]]);
  });

  it("of any cells comes back as it was written, in whatever parts it is read", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", ";", "é", " ") });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, fc.nat(40), (written, cut) => {
        const text = written.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\r\n");
        const reader = new CsvRows(",");
        const found: CsvRow[] = [...reader.push(text.slice(0, cut)), ...reader.push(text.slice(cut)), ...reader.end()];
        expect(found.map((row) => ("cells" in row ? row.cells : row.fault))).toEqual(written);
        const before = (at: number): string =>
          written
            .slice(0, at)
            .map((row) => row.join(","))
            .join("\r\n") + (at > 0 ? "\r\n" : "");
        expect(found.map(({ line }) => line)).toEqual(written.map((_, at) => 1 + (before(at).match(/\r\n|\r|\n/g)?.length ?? 0)));
      }),
      { numRuns: isSoaking ? 10_000 : 300, seed: 7 },
    );
  });
});

describe("JSON", () => {
  const both = [
    [1, "Who?", "Me."],
    [2, "Why?", "So."],
  ];
  const records = [
    { question: "Who?", answer: "Me." },
    { question: "Why?", answer: "So." },
  ];
  it.each([
    ["an array", records],
    ["under a key", { version: 1, data: records }],
    ["lists for columns", { question: ["Who?", "Why?"], answer: ["Me.", "So."] }],
    ["columns of pandas", { question: { 0: "Who?", 1: "Why?" }, answer: { 0: "Me.", 1: "So." } }],
  ])("as %s is read", async (_name, content) => {
    expect(await pairs(JSON.stringify(content), "a.json")).toEqual(both);
    expect(await pairs(JSON.stringify(content, null, 2), "a.json")).toEqual(both);
  });

  it("names the key and the columns", async () => {
    const { sources } = await read(JSON.stringify({ data: records }), "a.json");
    expect(sources[0]?.details).toMatchObject([{ key: "container/under-key", params: { key: "data" } }]);
    const failure = await failureOf(() => read(JSON.stringify({ question: ["a", "b"], answer: ["c"] }), "a.json"));
    expect(failure).toMatchObject({ code: "data/uneven-columns" });
  });
});

describe("other containers", () => {
  it.each([
    ["notes.txt", "text"],
    ["notes.md", "markdown"],
  ])("%s is one document", async (name, container) => {
    const dataset = await read("# Title\n\nA text, with commas, and lines.\n", name);
    expect(dataset.sources).toMatchObject([{ container, examples: 1 }]);
    expect(dataset.examples).toEqual([{ kind: "text", line: 1, text: "# Title\n\nA text, with commas, and lines.\n" }]);
  });

  it("several files and an archive are one dataset whose places name the file", async () => {
    const zip = zipSync({ "in/b.csv": strToU8("question,answer\nHow?,So.\nWhy?"), "in/.hidden": strToU8("x"), "__MACOSX/b": strToU8("x") });
    const dataset = await parseDataset([file('{"prompt": "Who?", "completion": "Me."}\n{}\n', "a.jsonl"), file(zip, "c.zip")]);
    expect(dataset.sources).toMatchObject([
      { name: "a.jsonl", before: 0, container: "json" },
      { name: "c.zip/in/b.csv", before: 2, container: "csv" },
    ]);
    expect(dataset.examples.map(({ line }) => line)).toEqual([1, 4]);
    expect(dataset.issues.map((issue) => told(issue as never).message)).toMatchObject([
      expect.stringMatching(/^a\.jsonl, line 2 /),
      expect.stringMatching(/^c\.zip\/in\/b\.csv, line 3 /),
    ]);
  });

  it("what is none is named by its kind", async () => {
    expect(await failureOf(() => read(latin("%PDF-1.7\n\u0000"), "a.pdf"))).toMatchObject({
      code: "data/container",
      params: { kind: "PDF" },
    });
  });
});

const seeds: readonly (readonly [string, Bytes])[] = [
  ["a.csv", strToU8('question,answer\n"Who, ""you""\nthere?",Me.\nÉté ?,Juin\n')],
  ["a.jsonl", strToU8('{"question": "Who?", "answer": "É"}\n{"question": "Why?", "answer": "So."}\n')],
  ["a.json", strToU8('{"data": [{"question": "Who?", "answer": "Me."}, {"question": "a", "answer": "b"}]}')],
  ["columns.json", strToU8('{"question": ["Who?", "Why?"], "answer": ["Me.", "So."]}')],
  ["a.txt", strToU8("Une journée d’été,\nà la mer.\n")],
  ["a.md", strToU8("# Été\n\n- a\n- b\n")],
  ["wide.csv", utf16("\uFEFFquestion;answer\nQui ?;Moi\n")],
  ["a.zip", zipSync({ "a.csv": strToU8("question,answer\nHow?,So.\n"), "b.jsonl": strToU8('{"text": "x"}') })],
];

describe("mutated files", () => {
  const count = isSoaking ? 10_000 : 300;
  it.each(seeds)(
    "of %s never crash, hang or lose their place",
    async (name, bytes) => {
      for (let seed = 1; seed <= count; seed++) {
        const mutated = mutate(bytes, seed);
        try {
          const { issues, sources } = await read(mutated, name);
          for (const issue of issues) expect(issue.line, `seed ${seed}`).toBeGreaterThan(0);
          expect(sources.length).toBeGreaterThan(0);
        } catch (error) {
          const record = toErrorRecord(error);
          // What has no code of its own is a crash.
          expect(record.code, `seed ${seed}: ${String(error)}`).toMatch(/^data\//);
          expect(told(record as never).message, `seed ${seed}`).toMatch(/\.(csv|jsonl|json|txt|md|zip)\b/);
        }
      }
    },
    300_000,
  );
});

/** Bytes changed, taken out, doubled or cut. */
function mutate(bytes: Bytes, seed: number): Bytes {
  const random = seededRandom(seed);
  let out = [...bytes];
  const marks = [0, 0x0a, 0x0d, 0x22, 0x2c, 0x7b, 0x5b, 0x5c, 0xff, 0xe9];
  for (let edits = 1 + Math.floor(random.uniform() * 6); edits > 0; edits--) {
    const at = Math.floor(random.uniform() * out.length);
    const kind = Math.floor(random.uniform() * 5);
    if (kind === 0) out[at] = Math.floor(random.uniform() * 256);
    if (kind === 1) out.splice(at, 1 + Math.floor(random.uniform() * 4));
    if (kind === 2) out.splice(at, 0, ...out.slice(at, at + 12));
    if (kind === 3) out.splice(at, 0, marks[Math.floor(random.uniform() * marks.length)] ?? 0);
    if (kind === 4 && random.uniform() < 0.2) out = out.slice(0, at);
  }
  return Uint8Array.from(out);
}
