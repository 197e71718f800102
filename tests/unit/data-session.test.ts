import { beforeEach, describe, expect, it } from "vitest";
import { DataSession } from "../../src/session/data-session.ts";
import { failureOf } from "../support/errors.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const ignore = (): void => undefined;
const line = (prompt: string, completion: string): string => `${JSON.stringify({ prompt, completion })}\n`;
const file = (...lines: readonly string[]): File => new File(lines as string[], "facts.jsonl");
const request = { seqLength: 64, validationFraction: 0, seed: 1 };
const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;

/** A file that is long in coming. */
function slowly(given: File): File {
  const slice = given.slice.bind(given);
  given.slice = (...range) => {
    const part = slice(...range);
    const read = part.arrayBuffer.bind(part);
    part.arrayBuffer = async () => {
      await new Promise((done) => setTimeout(done, 40));
      return read();
    };
    return part;
  };
  return given;
}

describe("data session", () => {
  let session: DataSession;
  beforeEach(async () => {
    session = new DataSession();
    await session.openTokenizer(source);
    await session.parse(file(line("Who?", "Me."), line("Where?", "Here."), "oops\n"), ignore);
  });

  it("reports what it parsed and prepares all of it", async () => {
    const { data, learnedTokens, totalTokens, longest, issues } = await session.prepare(request, ignore);
    expect(data.train.map((example) => example.line)).toEqual([1, 2]);
    // "Me." and "Here." in bytes, each with its end token.
    expect(learnedTokens).toBe(4 + 6);
    expect(totalTokens).toBe(data.train.reduce((sum, { ids }) => sum + ids.length, 0));
    expect(longest).toBe(Math.max(...data.train.map(({ ids }) => ids.length)));
    expect(issues).toEqual([]);
  });

  it.each([
    ["an empty file", new File([], "empty.jsonl"), "data/empty"],
    ["a picture", new File([Uint8Array.of(0x89, 0x50, 0xff, 0)], "cat.png"), "data/binary"],
    ["a file of no examples", file("{}\n"), "data/no-examples"],
  ])("keeps what it had when %s is refused", async (_name, bad, code) => {
    expect((await failureOf(() => session.parse(bad, ignore))).code).toBe(code);
    expect((await session.prepare(request, ignore)).data.name).toBe("facts.jsonl");
  });

  it("keeps its tokenizer when another cannot be opened", async () => {
    const broken = { ...source, files: tinyModelFiles({ "tokenizer.json": "{" }) };
    expect((await failureOf(() => session.openTokenizer(broken))).code).toBe("model/file-invalid");
    expect((await session.prepare(request, ignore)).data.train).toHaveLength(2);
  });

  it("prepares with the tokenizer that was asked for last, whichever is ready last, and waits for it", async () => {
    const template = "{% for m in messages %}{{ m.content }}<|end|>{% endfor %}";
    const slow = tinyModelFiles().map(slowly);
    const other = { ...source, files: tinyModelFiles({ "chat_template.jinja": template }) };
    const opened = [session.openTokenizer({ ...source, files: slow }), session.openTokenizer(other)];
    const prepared = await session.prepare(request, ignore);
    // "Who?" and "Me." as bytes, each closed by the template.
    expect(prepared.data.train[0]?.ids).toHaveLength(4 + 1 + 3 + 1);
    await Promise.all(opened);
    expect((await session.prepare(request, ignore)).data).toEqual(prepared.data);
  });

  it("shows no tokens of the tokenizer before while another is being opened", async () => {
    const opened = session.openTokenizer({ ...source, files: tinyModelFiles().map(slowly) });
    expect(await session.preview(0, 1, 64)).toMatchObject([{ tokens: null }]);
    await opened;
    expect((await session.preview(0, 1, 64))[0]?.tokens).not.toBeNull();
  });

  it("has none after it was closed while one was being opened", async () => {
    const opened = session.openTokenizer({ ...source, files: tinyModelFiles().map(slowly) });
    await session.closeTokenizer();
    await opened;
    expect((await failureOf(() => session.prepare(request, ignore))).code).toBe("model/not-loaded");
  });

  it("marks what it prepared with the fingerprint of tokenizer and template", async () => {
    const { tokenizer } = (await session.prepare(request, ignore)).data;
    expect(tokenizer).toMatch(/^[0-9a-f]{64}$/);
    const template = "{% for m in messages %}{{ m.content }}<|end|>{% endfor %}";
    await session.openTokenizer({ ...source, files: tinyModelFiles({ "chat_template.jinja": template }) });
    expect((await session.prepare(request, ignore)).data.tokenizer).not.toBe(tokenizer);
    await session.openTokenizer(source);
    expect((await session.prepare(request, ignore)).data.tokenizer).toBe(tokenizer);
  });

  it("leaves out what is too long, and names it", async () => {
    await session.parse(file(line("Who?", "Me."), line("Tell me.", "word ".repeat(40))), ignore);
    const { data, issues } = await session.prepare(request, ignore);
    expect(data.train.map((example) => example.line)).toEqual([1]);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ line: 2, code: "data/too-long" });
    expect(issues[0]?.message).toMatch(/^Line 2 has \d+ tokens; the sequence length is 64\.$/);
    const [short, long] = await session.preview(0, 2, 64);
    expect([short?.tooLong, long?.tooLong]).toEqual([false, true]);
  });

  it("refuses a dataset of which nothing is left to learn, and says why", async () => {
    const failure = await failureOf(() => session.prepare({ ...request, seqLength: 8 }, ignore));
    expect(failure.code).toBe("data/nothing-to-learn");
    expect(failure.message).toContain("facts.jsonl");
    expect(failure.message).toContain("Line 1");
  });

  it("previews the learned tokens, with characters of several tokens whole", async () => {
    await session.parse(file(line("Käse?", "Ja 🧀.")), ignore);
    const [preview] = await session.preview(0, 1, 64);
    const tokens = preview?.tokens ?? [];
    expect(tokens.map(({ text }) => text).join("")).toBe("<|start|>user\nKäse?<|end|>\n<|start|>assistant\nJa 🧀.<|end|>\n");
    expect(
      tokens
        .filter(({ learned }) => learned)
        .map(({ text }) => text)
        .join(""),
    ).toBe("Ja 🧀.<|end|>");
  });

  it("previews the other chats where the template refuses one", async () => {
    const template =
      "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}{% for m in messages %}{{ m.content }}<|end|>{% endfor %}";
    await session.openTokenizer({ ...source, files: tinyModelFiles({ "chat_template.jinja": template }) });
    await session.parse(file(`${JSON.stringify({ prompt: "x", completion: "y", system: "z" })}\n`, line("Who?", "Me.")), ignore);
    const [refused, shown] = await session.preview(0, 2, 64);
    expect([refused?.tokens, shown?.tokens?.length]).toEqual([null, 9]);
    const { issues } = await session.prepare(request, ignore);
    expect(issues[0]).toMatchObject({ line: 1, code: "tokens/template" });
  });

  it("previews without a tokenizer, and prepares only with one", async () => {
    const fresh = new DataSession();
    expect((await failureOf(() => fresh.prepare(request, ignore))).code).toBe("data/none");
    await fresh.parse(file(line("Who?", "Me.")), ignore);
    expect(await fresh.preview(0, 5, 64)).toMatchObject([{ tokens: null, tooLong: false }]);
    expect((await failureOf(() => fresh.prepare(request, ignore))).code).toBe("model/not-loaded");
  });

  it("splits the same for a seed", async () => {
    await session.parse(file(...Array.from({ length: 30 }, (_, at) => line(`Q${at}`, `A${at}`))), ignore);
    const held = async (seed: number): Promise<number[]> => {
      const { data } = await session.prepare({ seqLength: 64, validationFraction: 0.2, seed }, ignore);
      expect(data.train.length + data.validation.length).toBe(30);
      return data.validation.map((example) => example.line);
    };
    expect(await held(1)).toEqual(await held(1));
    expect(await held(1)).not.toEqual(await held(2));
  });

  it("forgets on request", async () => {
    await session.clear();
    expect(await session.preview(0, 5, 64)).toEqual([]);
    expect((await failureOf(() => session.prepare(request, ignore))).code).toBe("data/none");
  });
});
