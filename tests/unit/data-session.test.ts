import { beforeEach, describe, expect, it } from "vitest";
import { DataSession } from "../../src/session/data/data-session.ts";
import { failureOf, told } from "../support/errors.ts";
import { special, specialToken, tinyModelFiles, tinyTokenizer } from "../support/tiny-model.ts";

const ignore = (): void => undefined;
const line = (prompt: string, completion: string): string => `${JSON.stringify({ prompt, completion })}\n`;
const file = (...lines: readonly string[]): File => new File(lines as string[], "facts.jsonl");
const request = { seqLength: 64, turns: "all", validationFraction: 0, seed: 1 } as const;
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
    expect(await session.preview(0, 1, request)).toMatchObject([{ rows: null }]);
    await opened;
    expect((await session.preview(0, 1, request))[0]?.rows).not.toBeNull();
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

  it("cuts a text into rows that begin as texts begin, and leaves what was parsed", async () => {
    const config = JSON.stringify({
      ...tinyTokenizer().config,
      tokenizer_class: "LlamaTokenizer",
      bos_token: "<|start|>",
      add_bos_token: true,
    });
    await session.openTokenizer({ ...source, files: tinyModelFiles({ "tokenizer_config.json": config }) });
    const rows = await session.textRows(new File(["été ".repeat(20)], "a.txt"), { seqLength: 16, tokens: 1000 });
    const starts = [special.start];
    expect(new Set(rows.map(({ ids }) => ids[0]))).toEqual(new Set(starts));
    expect(Math.max(...rows.map(({ ids }) => ids.length))).toBe(16);
    // é is two bytes, and a byte is a token here.
    expect(rows.reduce((sum, { ids }) => sum + ids.length - starts.length, 0)).toBe(20 * 6);
    expect((await session.prepare(request, ignore)).data.train).toHaveLength(2);
    const none = await failureOf(() => session.textRows(new File([], "b.txt"), { seqLength: 16, tokens: 10 }));
    expect(none.code).toBe("data/empty");
    const picture = new File([Uint8Array.of(0x89, 0x50, 0xff, 0)], "cat.png");
    expect((await failureOf(() => session.textRows(picture, { seqLength: 16, tokens: 10 }))).code).toBe("data/binary");
  });

  it("leaves out what is too long, and names it", async () => {
    await session.parse(file(line("Who?", "Me."), line("Tell me.", "word ".repeat(40))), ignore);
    const { data, issues } = await session.prepare(request, ignore);
    expect(data.train.map((example) => example.line)).toEqual([1]);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ line: 2, code: "data/too-long" });
    expect(issues.map(told)[0]?.message).toMatch(/^Line 2 has \d+ tokens; the sequence length is 64\.$/);
    const [short, long] = await session.preview(0, 2, request);
    expect([short?.problem, long?.problem?.code]).toEqual([null, "data/too-long"]);
  });

  it("refuses a dataset of which nothing is left to learn, and says why", async () => {
    const failure = await failureOf(() => session.prepare({ ...request, seqLength: 8 }, ignore));
    expect(failure.code).toBe("data/nothing-to-learn");
    expect(failure.message).toContain("facts.jsonl");
    expect(failure.message).toContain("Line 1");
  });

  it("previews the learned tokens, with characters of several tokens whole", async () => {
    await session.parse(file(line("Käse?", "Ja 🧀.")), ignore);
    const [preview] = await session.preview(0, 1, request);
    const tokens = preview?.rows?.[0] ?? [];
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
    const [refused, shown] = await session.preview(0, 2, request);
    expect([refused?.rows, refused?.problem?.code, shown?.rows?.[0]?.length]).toEqual([null, "tokens/template", 9]);
    const { issues } = await session.prepare(request, ignore);
    expect(issues[0]).toMatchObject({ line: 1, code: "tokens/template" });
  });

  it("previews without a tokenizer, and prepares only with one", async () => {
    const fresh = new DataSession();
    expect((await failureOf(() => fresh.prepare(request, ignore))).code).toBe("data/none");
    await fresh.parse(file(line("Who?", "Me.")), ignore);
    expect(await fresh.preview(0, 5, request)).toMatchObject([{ rows: null, problem: null }]);
    expect((await failureOf(() => fresh.prepare(request, ignore))).code).toBe("model/not-loaded");
  });

  it("splits the same for a seed", async () => {
    await session.parse(file(...Array.from({ length: 30 }, (_, at) => line(`Q${at}`, `A${at}`))), ignore);
    const held = async (seed: number): Promise<number[]> => {
      const { data } = await session.prepare({ ...request, validationFraction: 0.2, seed }, ignore);
      expect(data.train.length + data.validation.length).toBe(30);
      return data.validation.map((example) => example.line);
    };
    expect(await held(1)).toEqual(await held(1));
    expect(await held(1)).not.toEqual(await held(2));
  });

  it("forgets on request", async () => {
    await session.clear();
    expect(await session.preview(0, 5, request)).toEqual([]);
    expect((await failureOf(() => session.prepare(request, ignore))).code).toBe("data/none");
  });

  it("tells before a run what the template does to the answers, once per file", async () => {
    const cutting =
      "{% for m in messages %}{{ '<|start|>' + m.role + '\n' + m.content.split('</think>')[-1] + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}";
    await session.openTokenizer({ ...source, files: tinyModelFiles({ "chat_template.jinja": cutting }) });
    await session.parse(file(line("a", "b"), line("2+2?", "<think>two</think>4"), line("3+3?", "<think>three</think>6")), ignore);
    const { notes, issues, usable } = await session.check(request, ignore);
    expect([usable, issues]).toEqual([3, []]);
    expect(notes).toMatchObject([{ code: "tokens/template-cuts", line: 2, count: 2 }]);
    const place = 'Line 2: the model’s chat template leaves out "<think>two</think>" of message 2';
    expect(notes.map(told)).toMatchObject([{ message: `${place}, and so of 1 more.` }]);
    const previews = await session.preview(0, 3, request);
    expect(previews[1]?.messages[1]).toEqual({
      role: "assistant",
      parts: [{ text: "4<|end|>", learned: true }],
      lost: "<think>two</think>",
    });
  });

  it("keeps the rows of a chat in one part of the split", async () => {
    const counting =
      "{% for m in messages %}{{ '<|start|>' + m.role + '\n' + ('<think></think>' if loop.last and m.role == 'assistant' else '') + m.content + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}";
    await session.openTokenizer({ ...source, files: tinyModelFiles({ "chat_template.jinja": counting }) });
    const turns = (at: number) => [
      { role: "user", content: `Q${at}` },
      { role: "assistant", content: "A" },
      { role: "user", content: "And?" },
      { role: "assistant", content: "B" },
    ];
    await session.parse(file(...Array.from({ length: 20 }, (_, at) => `${JSON.stringify({ messages: turns(at) })}\n`)), ignore);
    const { data, rows, usable, notes } = await session.prepare({ ...request, seqLength: 200, validationFraction: 0.25 }, ignore);
    expect([usable, rows, data.train.length, data.validation.length]).toEqual([20, 40, 30, 10]);
    const held = new Set(data.validation.map((row) => row.line));
    expect(data.train.some((row) => held.has(row.line))).toBe(false);
    expect(notes).toMatchObject([{ code: "tokens/row-per-answer", line: 1, count: 20 }]);
  });

  it("leaves out a token without a row in the embedding, and what is longer than the context, by name", async () => {
    const { tokenizer } = tinyTokenizer();
    const added = [...(tokenizer["added_tokens"] as object[]), specialToken("<|image|>", 264)];
    const files = tinyModelFiles({ "tokenizer.json": JSON.stringify({ ...tokenizer, added_tokens: added }) });
    await session.openTokenizer({ ...source, files });
    await session.parse(file(line("Hi", "Yes."), line("Look: <|image|>", "A cat."), line("Long", "x".repeat(300))), ignore);
    const { data, issues } = await session.prepare({ ...request, seqLength: 1024 }, ignore);
    expect(data.train.map((row) => row.line)).toEqual([1]);
    expect(issues.map(told)).toMatchObject([
      { line: 2, code: "data/token-beyond-embedding", message: expect.stringContaining("<|image|>") as string },
      { line: 3, code: "data/too-long", message: expect.stringContaining("context holds 256") as string },
    ]);
  });

  it("tints in the chat what the labels say, whichever turns are learned", async () => {
    await session.parse(file(line("Who?", "Me.")), ignore);
    const tinted = async (turns: "all" | "everything"): Promise<readonly unknown[]> => {
      const [preview] = await session.preview(0, 1, { ...request, turns });
      const ofTokens = preview?.rows?.[0]?.filter(({ learned }) => learned).map(({ text }) => text);
      const ofChat = preview?.messages.map(({ parts }) => parts.map(({ learned }) => learned));
      return [ofTokens?.join(""), ofChat];
    };
    expect(await tinted("all")).toEqual(["Me.<|end|>", [[false], [true]]]);
    expect(await tinted("everything")).toEqual(["<|start|>user\nWho?<|end|>\n<|start|>assistant\nMe.<|end|>\n", [[true]]]);
  });

  it("shows the first usable examples as they are learned", async () => {
    expect(await session.show(1, request)).toEqual([
      { line: 1, text: "<|start|>user\nWho?<|end|>\n<|start|>assistant\nMe.<|end|>\n", learned: ["Me.<|end|>"] },
    ]);
  });

  it("says that of few examples none is kept out, where that was asked for", async () => {
    const asked = { ...request, validationFraction: 0.5 };
    const { data, notes } = await session.prepare(asked, ignore);
    expect([data.train.length, data.validation.length]).toEqual([2, 0]);
    expect(notes).toMatchObject([{ code: "data/too-few-to-split", count: 2 }]);
    expect((await session.check(asked, ignore)).notes).toEqual(notes);
    expect((await session.check(request, ignore)).notes).toEqual([]);
  });
});
