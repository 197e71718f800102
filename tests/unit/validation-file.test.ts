// A second file that measures what is learned of the first: told by its name, read like data, and never learned.
import { beforeEach, describe, expect, it } from "vitest";
import { DataSession } from "../../src/session/data/data-session.ts";
import { learnedCount } from "../../src/session/data/tokenized-dataset.ts";
import { datasetFiles, validationNameOf } from "../../src/state/dataset-files.ts";
import { failureOf, told } from "../support/errors.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";
import { french } from "../support/words.ts";

const ignore = (): void => undefined;
const line = (prompt: string, completion: string): string => `${JSON.stringify({ prompt, completion })}\n`;
const facts = new File([line("Who?", "Me."), line("Where?", "Here.")], "facts.jsonl");
const measuring = (...lines: readonly string[]): File => new File(lines as string[], "facts.validation.jsonl");
const request = { seqLength: 64, turns: "all", validationFraction: 0.5, seed: 1 } as const;

describe("a file for validation", () => {
  let session: DataSession;
  beforeEach(async () => {
    session = new DataSession();
    await session.openTokenizer({ kind: "files", name: "tiny", files: tinyModelFiles() });
    await session.parse(facts, ignore);
  });

  it("is the validation set, and all of the data is learned", async () => {
    const alone = await session.prepare({ ...request, validationFraction: 0 }, ignore);
    await session.parseValidation(measuring(line("Who is it?", "Me.")), ignore);
    const { data, validation, ...counted } = await session.prepare(request, ignore);
    expect(data.train).toEqual(alone.data.train);
    // "Me." in bytes, with its end token.
    expect(data.validation.map((row) => [row.line, learnedCount(row)])).toEqual([[1, 3 + 1]]);
    expect(validation).toEqual({ name: "facts.validation.jsonl", usable: 1, issues: [], notes: [] });
    // Nothing is asked to be split, so nothing is said of it; what is learned is counted without what measures.
    const { data: _, validation: none, ...before } = alone;
    expect(none).toBeNull();
    expect(counted).toEqual(before);
    expect((await session.check(request, ignore)).validation).toEqual(validation);
  });

  it("names its bad lines and what does not fit", async () => {
    const report = await session.parseValidation(measuring(line("Who is it?", "Me."), "oops\n", line("Tell me.", "x".repeat(80))), ignore);
    expect(report).toMatchObject({ name: "facts.validation.jsonl", validCount: 2, lineCount: 3, issues: [{ line: 2 }] });
    const { data, validation, issues } = await session.prepare(request, ignore);
    expect(data.validation).toHaveLength(1);
    expect(validation?.issues).toMatchObject([{ line: 3, code: "data/too-long" }]);
    expect(issues).toEqual([]);
  });

  it.each([
    ["empty", "", "data/empty"],
    ["of another kind", "{}\n", "data/no-examples"],
  ])("is refused by name where it is %s, and the data stays", async (_what, content, code) => {
    const failure = await failureOf(() => session.parseValidation(measuring(content), ignore));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain("facts.validation.jsonl");
    expect((await session.prepare({ ...request, validationFraction: 0 }, ignore)).data.train).toHaveLength(2);
  });

  it("is refused by name where nothing of it fits", async () => {
    await session.parseValidation(measuring(line("Tell me.", "x".repeat(80))), ignore);
    const failure = await failureOf(() => session.prepare(request, ignore));
    expect(failure.code).toBe("validation/nothing-to-measure");
    expect(failure.message).toMatch(/facts\.validation\.jsonl.*Line 1 has \d+ tokens/);
  });

  it("names what is learned as well: it would measure memory", async () => {
    await session.parseValidation(
      measuring(line("Who is it?", "Me."), line("Where?", "Here."), line("Where?", "There."), line("Who?", "Me.")),
      ignore,
    );
    const { validation } = await session.check(request, ignore);
    expect(validation).toMatchObject({ usable: 4, notes: [{ code: "validation/also-learned", line: 2, count: 2 }] });
    const notes = validation?.notes ?? [];
    expect(notes.map((note) => told(note).message)).toEqual(["Line 2 of facts.validation.jsonl is also in facts.jsonl, and so is 1 more."]);
    expect(notes.map((note) => french.error(note).message)[0]).toContain("se trouve aussi dans facts.jsonl, comme 1 autre.");
  });

  it("belongs to the data before it, and goes with it", async () => {
    await session.parseValidation(measuring(line("Who is it?", "Me.")), ignore);
    await session.parse(facts, ignore);
    expect((await session.check(request, ignore)).validation).toBeNull();
    await session.clear();
    expect((await failureOf(() => session.parseValidation(measuring(line("Who?", "Me.")), ignore))).code).toBe("data/none");
  });

  it("does not come to data that was opened meanwhile", async () => {
    const reading = session.parseValidation(measuring(line("Who is it?", "Me.")), ignore);
    await Promise.all([reading, session.parse(new File([line("Why?", "So.")], "other.jsonl"), ignore)]);
    expect((await session.check(request, ignore)).validation).toBeNull();
  });
});

describe("files chosen together", () => {
  const chosen = (...names: readonly string[]) => {
    const { data, validation } = datasetFiles(names.map((name) => new File([], name)));
    return [data.map(({ name }) => name).join(" "), validation?.name ?? null];
  };

  it.each([
    [["facts.jsonl"], ["facts.jsonl", null]],
    [["facts.validation.jsonl"], ["facts.validation.jsonl", null]],
    [
      ["facts.jsonl", "facts.validation.jsonl"],
      ["facts.jsonl", "facts.validation.jsonl"],
    ],
    [
      ["a.jsonl", "a.val.jsonl", "b.csv"],
      ["a.jsonl b.csv", "a.val.jsonl"],
    ],
    [
      ["other.VAL.json", "facts.jsonl"],
      ["facts.jsonl", "other.VAL.json"],
    ],
  ])("%j are learned and kept for validation: %j", (names, expected) => {
    expect(chosen(...names)).toEqual(expected);
  });

  it.each([[["a.val.jsonl", "b.val.jsonl"]], [["a.val.jsonl", "b.jsonl", "c.val.jsonl"]]])("%j are refused by name", async (names) => {
    const failure = await failureOf(() => chosen(...names));
    expect(failure.code).toBe("validation/several-files");
    expect(failure.message).toContain(names.join(", "));
  });

  it("know the name of a sample's file", () => {
    expect(validationNameOf("lumi-fr.jsonl")).toBe("lumi-fr.validation.jsonl");
  });
});
