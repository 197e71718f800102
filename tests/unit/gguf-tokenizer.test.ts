// Vocabularies of GGUF files give the ids of the models that they were made from.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { Metadata, readGgufHeader } from "../../src/interchange/gguf-header.ts";
import { tokenizerOf } from "../../src/interchange/gguf-tokenizer.ts";
import { openTokenizer, type Tokenizer } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { tokenizerMetadata } from "../support/gguf-model.ts";
import { writeGguf, type GgufValue } from "../support/gguf-writer.ts";
import { tinyTokenizer } from "../support/tiny-model.ts";

/** Written to a file and read back, so that the reading of texts is under test too. */
async function openWritten(metadata: Readonly<Record<string, GgufValue>>): Promise<Tokenizer> {
  const header = await readGgufHeader(blobSource("x.gguf", new Blob([writeGguf(metadata, [])])));
  const { tokenizer, config, generation } = tokenizerOf("x.gguf", header.metadata);
  return openTokenizer({ tokenizer, config, endTokenSources: [generation] });
}

const [normal, unknown, control] = [1, 2, 3];

/** A SentencePiece vocabulary: earlier pieces are merged first. */
function pieces(
  architecture: string,
  tokens: readonly (readonly [token: string, type?: number])[],
  more: Readonly<Record<string, GgufValue>> = {},
): Record<string, GgufValue> {
  return {
    "general.architecture": { text: architecture },
    "tokenizer.chat_template": { text: "{{ messages[0].content }}" },
    "tokenizer.ggml.model": { text: "llama" },
    "tokenizer.ggml.tokens": { texts: tokens.map(([token]) => token) },
    "tokenizer.ggml.token_type": { i32s: tokens.map(([, type]) => type ?? normal) },
    "tokenizer.ggml.scores": { f32s: tokens.map((_, id) => -id) },
    ...more,
  };
}

const start: readonly (readonly [string, number])[] = [
  ["<unk>", unknown],
  ["<s>", control],
  ["</s>", control],
];

describe("a token that begins with U+FEFF", () => {
  const gemma = pieces("gemma3", [...start, ["#"], ["\uFEFF#"], ["\uFEFF"], ["▁"], ["a"]], {
    "tokenizer.ggml.add_space_prefix": { bool: false },
  });

  it("keeps it, so that the token without it keeps its id", async () => {
    const tokenizer = await openWritten(gemma);
    expect(tokenizer.encodeChat("# a")).toEqual([3, 6, 7]);
    expect(tokenizer.encodeChat("\uFEFF#")).toEqual([4]);
    expect(tokenizer.encodeChat("#\uFEFF")).toEqual([3, 5]);
    expect(tokenizer.decode([4, 3, 5])).toBe("\uFEFF##\uFEFF");
  });

  it("comes back from the bytes that stand for it", async () => {
    const bytes = ["<0xEF>", "<0xBB>", "<0xBF>"].map((token) => [token] as const);
    const tokenizer = await openWritten(pieces("llama", [...start, ["▁"], ["a"], ...bytes]));
    expect(tokenizer.encodeText("\uFEFFa")).toEqual([1, 3, 5, 6, 7, 4]);
    expect(tokenizer.decode(tokenizer.encodeText("\uFEFFa"))).toBe("\uFEFFa");
  });
});

describe("the markers of Phi-3", () => {
  const markers = ["<|user|>", "<|end|>", "<|assistant|>", "<|endoftext|>"].map((token) => [token, control] as const);
  const vocabulary = [...start, ["▁Hi"], ["▁"], ["▁H"], ["H"], ["i"], ["\n"], ...markers] as const;
  const [user, end, assistant, endOfText] = [9, 10, 11, 12];
  const turn = "<|user|>\nHi<|end|>\n<|assistant|>\n";

  it.each([
    ["by the architecture", pieces("phi3", vocabulary)],
    ["by the name", pieces("llama", vocabulary, { "general.name": { text: "My Phi-3 mini" } })],
  ])("swallow the white space after them, known %s", async (_how, metadata) => {
    const tokenizer = await openWritten(metadata);
    // As 32010, 6324, 32007, 32001 of the published model.
    expect(tokenizer.encodeChat(turn)).toEqual([user, 3, end, assistant]);
    expect(tokenizer.encodeChat("<|endoftext|>\n")).toEqual([endOfText, 4, 8]);
  });

  it("are like others in another model", async () => {
    const tokenizer = await openWritten(pieces("llama", vocabulary));
    expect(tokenizer.encodeChat(turn)).toEqual([user, 4, 8, 6, 7, end, 4, 8, assistant, 4, 8]);
  });
});

describe("a byte-level vocabulary", () => {
  const { tokenizer, config } = tinyTokenizer();
  const written = (architecture: string, pre: string) =>
    openWritten({ "general.architecture": { text: architecture }, ...tokenizerMetadata(tokenizer, config, pre) });

  it.each([
    ["gptneox", "default", true],
    ["gptneox", "gpt-2", true],
    ["olmo2", "olmo", true],
    ["gpt2", "gpt-2", false],
    ["phi2", "phi-2", false],
  ] as const)("of %s, named %s, composes characters: %s", async (architecture, pre, composes) => {
    const opened = await written(architecture, pre);
    expect(opened.decode(opened.encodeText("e\u0301"))).toBe(composes ? "é" : "e\u0301");
  });
});

describe("a merge that makes no token", () => {
  /** Of the letters a to d and of "bc" and "cd". */
  const opened = (merges: readonly string[]) =>
    openWritten({
      "general.architecture": { text: "llama" },
      "tokenizer.chat_template": { text: "{{ messages[0].content }}" },
      "tokenizer.ggml.model": { text: "gpt2" },
      "tokenizer.ggml.pre": { text: "gpt-2" },
      "tokenizer.ggml.tokens": { texts: ["a", "b", "c", "d", "bc", "cd"] },
      "tokenizer.ggml.token_type": { i32s: [1, 1, 1, 1, 1, 1] },
      "tokenizer.ggml.merges": { texts: merges },
    });

  it("leaves its two letters as they are, as in llama.cpp", async () => {
    for (const merges of [["a b"], ["a b", "c d"], ["b c", "a b"], ["a a"]])
      expect((await opened(merges)).encodeText("ab")).toEqual([0, 1]);
    expect((await opened(["b c", "a b"])).encodeText("abcd")).toEqual([0, 4, 3]);
    expect((await opened(["a a"])).encodeText("aaa")).toEqual([0, 0, 0]);
  });

  it.each([
    ["would keep its letters from a later merge", ["a b", "b c"], "merge 1"],
    ["is itself merged further", ["a b", "ab c"], "merge"],
  ])("is refused where it %s", async (_what, merges, names) => {
    const failure = await failureOf(() => opened(merges));
    expect(failure).toMatchObject({ code: "tokens/tokenizer-invalid", message: expect.stringContaining(names) as string });
  });
});

describe("start and end tokens", () => {
  it("are SentencePiece's own where the file leaves them out", async () => {
    const tokenizer = await openWritten(pieces("llama", [...start, ["▁a"], ["▁"], ["a"]]));
    expect(tokenizer.encodeText("a")).toEqual([1, 3]);
    expect(tokenizer.endId).toBe(2);
  });
});

describe("a vocabulary that has a token twice", () => {
  it("is refused with both places", async () => {
    const failure = await failureOf(() => openWritten(pieces("llama", [...start, ["a"], ["▁"], ["a"]])));
    expect(failure).toMatchObject({ code: "model/file-invalid", message: expect.stringContaining("3 and 5") as string });
  });

  it("may have it among those that are not used", async () => {
    const tokenizer = await openWritten(pieces("llama", [...start, ["▁"], ["a", 5], ["a"], ["b", 5], ["b", 5]]));
    expect(tokenizer.encodeText("a")).toEqual([1, 3, 5]);
  });
});

describe("a header", () => {
  it("longer than what is read at once is read whole", async () => {
    const texts = Array.from({ length: 60_000 }, (_, at) => `${"token".repeat(10)} ${at} \uFEFF`);
    const values: Record<string, GgufValue> = {
      a: { texts },
      b: { text: "\uFEFFend" },
      c: { f32: 0.5 },
      d: { bool: true },
      e: { i32s: [-1, 7] },
    };
    const { metadata } = await readGgufHeader(blobSource("x.gguf", new Blob([writeGguf(values, [])])));
    expect(metadata.texts("a")).toEqual(texts);
    expect([metadata.text("b"), metadata.number("c"), metadata.flag("d")]).toEqual(["\uFEFFend", 0.5, true]);
  });

  it("says what is of another kind than expected", async () => {
    const failure = await failureOf(() => new Metadata("x.gguf", new Map([["a", "text"]])).number("a"));
    expect(failure).toMatchObject({ code: "model/file-invalid", message: expect.stringContaining("for a; expected a number") as string });
  });
});
