// Which tokens start and end texts, and which are found in them whole. Ids and places are those that transformers finds.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { smallFiles } from "../../src/session/models/cache-manifest.ts";
import { openModelTokenizer } from "../../src/session/models/model-parts.ts";
import type { ModelFiles } from "../../src/sources/model-files.ts";
import { openTokenizer, type Tokenizer, type TokenizerFiles } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { special, specialToken, tinyTokenizer } from "../support/tiny-model.ts";

type Json = Readonly<Record<string, unknown>>;

const tiny = tinyTokenizer();
const { chat_template: _template, eos_token: _eos, ...bare } = tiny.config;

function open(config: Json, files: Partial<TokenizerFiles> & { readonly json?: Json } = {}): Tokenizer {
  const { json, ...others } = files;
  return openTokenizer({ tokenizer: { ...tiny.tokenizer, ...json }, config, endTokenSources: [], ...others });
}

const startsWith = (...tokens: readonly string[]) => ({
  post_processor: {
    type: "TemplateProcessing",
    single: [
      ...tokens.map((id) => ({ SpecialToken: { id, type_id: 0 } })),
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "<|end|>", type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      "<|start|>": { id: "<|start|>", ids: [special.start], tokens: ["<|start|>"] },
      "<|end|>": { id: "<|end|>", ids: [special.end], tokens: ["<|end|>"] },
    },
  },
});

describe("the token that starts texts", () => {
  const llama = { ...bare, tokenizer_class: "LlamaTokenizer", bos_token: "<|start|>" };

  it.each([
    ["the post-processor says so", bare, startsWith("<|start|>"), true],
    [
      "it does within a sequence",
      bare,
      { post_processor: { type: "Sequence", processors: [{ type: "ByteLevel" }, startsWith("<|start|>").post_processor] } },
      true,
    ],
    ["LlamaTokenizer is asked to", { ...llama, add_bos_token: true }, { post_processor: null }, true],
    ["LlamaTokenizer is not told otherwise", llama, { post_processor: null }, true],
    ["LlamaTokenizer is told otherwise", { ...llama, add_bos_token: false }, { post_processor: null }, false],
    [
      "another class is asked to and has no post-processor",
      { ...bare, bos_token: "<|start|>", add_bos_token: true },
      { post_processor: null },
      true,
    ],
    [
      "another class has a post-processor that does not",
      { ...bare, bos_token: "<|start|>", add_bos_token: true },
      { post_processor: { type: "ByteLevel" } },
      false,
    ],
    ["the post-processor adds none", { ...llama, add_bos_token: true }, startsWith(), false],
    ["nothing says so", { ...bare, bos_token: "<|start|>" }, {}, false],
  ] as const)("is there as it should where %s", (_why, config, json, isThere) => {
    const ids = open(config, { json }).encodeText("and");
    expect(ids[0] === special.start).toBe(isThere);
    expect(ids).not.toContain(special.end);
  });

  it("stands before a plain chat of a model without a template too, and never twice", () => {
    const tokenizer = open(bare, { json: startsWith("<|start|>") });
    const chat = [{ role: "user", content: "a" }] as const;
    const ids = tokenizer.encodeChat(tokenizer.renderChat(chat, true));
    expect(ids[0]).toBe(special.start);
    expect(tokenizer.decode(ids)).toBe("User: a\nAssistant:");
    expect(tokenizer.encodeText("<|start|>a").filter((id) => id === special.start)).toHaveLength(1);
    expect(tokenizer.encodeText("")).toEqual([special.start]);
  });

  it("is left to the template where there is one", () => {
    const tokenizer = open(
      { ...bare, bos_token: "<|start|>", chat_template: "{{ bos_token }}{{ messages[0].content }}" },
      { json: startsWith("<|start|>") },
    );
    expect(
      tokenizer.encodeChat(tokenizer.renderChat([{ role: "user", content: "is" }], false)).filter((id) => id === special.start),
    ).toHaveLength(1);
    expect(tokenizer.encodeChat("is")).not.toContain(special.start);
  });
});

describe("the token that ends texts", () => {
  it.each([
    ["tokenizer_config.json", { eos_token: "<|end|>" }, {}],
    ["it as an object", { eos_token: { __type: "AddedToken", content: "<|end|>" } }, {}],
    ["special_tokens_map.json", {}, { specialTokensMap: { eos_token: "<|end|>" } }],
    ["special_tokens_map.json as an object", {}, { specialTokensMap: { eos_token: { content: "<|end|>", lstrip: false } } }],
    ["generation_config.json", {}, { endTokenSources: [{ eos_token_id: 2 }, { eos_token_id: 0 }] }],
    ["generation_config.json as a list", {}, { endTokenSources: [{ eos_token_id: [2, 1] }] }],
    ["config.json", {}, { endTokenSources: [undefined, { eos_token_id: 2 }] }],
  ] as const)("is found in %s", (_where, config, files) => {
    const tokenizer = open({ ...bare, ...config }, files);
    expect(tokenizer.endId).toBe(special.end);
    expect(tokenizer.endIds).toContain(special.end);
    const answered = [{ role: "assistant", content: "is" }] as const;
    expect(tokenizer.renderChat(answered, false)).toContain("is<|end|>");
  });

  it("is taken from tokenizer_config.json where the files disagree", () => {
    const files = { specialTokensMap: { eos_token: "<|pad|>" }, endTokenSources: [{ eos_token_id: 1 }] };
    const tokenizer = open({ ...bare, eos_token: "<|end|>" }, files);
    expect(tokenizer.endId).toBe(special.end);
    expect([...tokenizer.endIds].toSorted((a, b) => a - b)).toEqual([special.start, special.end]);
  });

  it("is GPT-2's own where its files say nothing, and none where nothing says any", () => {
    const gpt2 = { added_tokens: [...(tiny.tokenizer["added_tokens"] as object[]), specialToken("<|endoftext|>", 263)] };
    const files = { json: gpt2, endTokenSources: [undefined, { model_type: "gpt2", eos_token_id: 263 }] };
    expect(open({ model_max_length: 1024 }, files).endId).toBe(263);
    expect(open(bare).endId).toBeNull();
    expect([...open(bare).endIds]).toEqual([]);
  });

  it("is read from a folder's special_tokens_map.json, which copies keep", async () => {
    const json: Json = {
      "tokenizer.json": tiny.tokenizer,
      "tokenizer_config.json": bare,
      "special_tokens_map.json": { eos_token: "<|end|>", bos_token: "<|start|>" },
      "config.json": {},
    };
    const files: ModelFiles = {
      name: "folder",
      commit: null,
      wholeModel: null,
      open: async (file) => (file in json ? blobSource(file, new Blob([JSON.stringify(json[file])])) : null),
      finishChecks: async () => [],
    };
    expect((await openModelTokenizer(files)).endId).toBe(special.end);
    expect(smallFiles).toEqual(expect.arrayContaining(["special_tokens_map.json", "chat_template.jinja", "chat_template.json"]));
  });
});

describe("the token that ends a turn", () => {
  const ends = (template: string): number[] => [...open({ ...bare, chat_template: template }).endIds];

  it.each([
    [
      "follows the answer",
      "{% for m in messages %}<|start|>{{ m.role }}\n{{ m.content }}<|end|>\n{% endfor %}{% if add_generation_prompt %}<|start|>assistant\n{% endif %}",
      [special.end],
    ],
    [
      "does so in a template that ignores add_generation_prompt",
      "{% for m in messages %}<|start|>{{ m.role }}\n{{ m.content }}<|end|>\n{% endfor %}",
      [special.end],
    ],
    ["is none where nothing follows", "{% for m in messages %}<|start|>{{ m.role }}\n{{ m.content }}{% endfor %}", []],
    [
      "is none where the template leaves the answer out",
      "{% for m in messages if m.role == 'user' %}<|start|>{{ m.content }}<|end|>{% endfor %}",
      [],
    ],
    ["is none where the template never comes to an end", "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", []],
  ])("%s", (_why, template, wanted) => {
    expect(ends(template)).toEqual(wanted);
  });
});

describe("added tokens", () => {
  const added = (entry: Json) => ({ ...bare, added_tokens_decoder: { "300": entry } });

  it("that only tokenizer_config.json lists are tokens", () => {
    const tokenizer = open(added({ content: "<|im_end|>", special: true }));
    expect(tokenizer.encodeText("is<|im_end|>").slice(-1)).toEqual([300]);
    expect(tokenizer.decode([300], { special: true })).toBe("<|im_end|>");
    expect(tokenizer.decode([300])).toBe("");
  });

  /** Pieces between two tokens, as the Python package finds them. */
  it.each([
    [{ single_word: true }, "qu and qu. qux xqu qu1 qu_ équ qu", ["qu", " and ", "qu", ". qux xqu qu1 qu_ équ ", "qu"]],
    [{ lstrip: true }, "a \n qu b", ["a", "qu", " b"]],
    [{ rstrip: true }, "a qu \n b", ["a ", "qu", "b"]],
    [{ lstrip: true, rstrip: true }, "a\u0085qu\uFEFFb", ["a", "qu", "\uFEFFb"]],
    [{}, "a qu b", ["a ", "qu", " b"]],
  ] as const)("with %j are found in %j", (flags, text, pieces) => {
    const tokenizer = open(added({ content: "qu", normalized: false, ...flags }));
    const found: string[] = [];
    let run: number[] = [];
    const flush = (): void => {
      if (run.length > 0) found.push(tokenizer.decode(run));
      run = [];
    };
    for (const id of tokenizer.encodeText(text)) {
      if (id === 300) flush();
      run.push(id);
      if (id === 300) flush();
    }
    flush();
    expect(found).toEqual(pieces);
  });

  it("have the flags of tokenizer_config.json where both files list them", () => {
    const json = { added_tokens: [...(tiny.tokenizer["added_tokens"] as object[]), specialToken("<|u|>", 300)] };
    expect(open(added({ content: "<|u|>", rstrip: true, special: true }), { json }).encodeText("<|u|>\n")).toEqual([300]);
  });

  it("that are named as special are found whole, whatever file names them", () => {
    const json = { added_tokens: [] };
    for (const files of [
      { specialTokensMap: { additional_special_tokens: ["<|end|>"] } },
      { specialTokensMap: { mask_token: "<|end|>" } },
    ]) {
      const tokenizer = open(bare, { json, ...files });
      expect(tokenizer.encodeText("<|end|>")).toEqual([special.end]);
      expect(tokenizer.decode([special.end])).toBe("");
    }
    expect(open({ ...bare, pad_token: "[PAD]" }).encodeText("[PAD]")).toEqual([263]);
  });

  it("of which two have one id are refused", async () => {
    const failure = await failureOf(() => open({ ...bare, added_tokens_decoder: { "2": { content: "<|im_end|>", special: true } } }));
    expect(failure).toMatchObject({ code: "tokens/tokenizer-invalid", message: expect.stringContaining("<|im_end|>") as string });
  });
});

const cases = fileURLToPath(new URL("../../../shared/cases/", import.meta.url));
const isHere = existsSync(cases);
if (!isHere) console.log("skipped: the cases are not beside this checkout");

describe.skipIf(!isHere)("the shared cases", () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
  const stories = fileURLToPath(new URL("../../../shared/models/stories260K/hf/", import.meta.url));

  it("begin plain text with the start token", () => {
    const tokenizer = openTokenizer({
      tokenizer: read(`${stories}tokenizer.json`),
      config: read(`${stories}tokenizer_config.json`),
      endTokenSources: [],
    });
    const { input_ids: wanted } = read(`${cases}18-no-bos/with-bos.json`) as { input_ids: number[][] };
    const shown = tokenizer.decode(wanted[0] ?? []);
    expect(tokenizer.encodeText(shown)).toEqual(wanted[0]);
  });

  it("find the end token elsewhere", () => {
    const folder = `${cases}19-eos-elsewhere/model/`;
    const files = { tokenizer: read(`${folder}tokenizer.json`), config: read(`${folder}tokenizer_config.json`), endTokenSources: [] };
    expect(openTokenizer({ ...files, specialTokensMap: read(`${folder}special_tokens_map.json`) }).endId).toBe(special.end);
  });
});
