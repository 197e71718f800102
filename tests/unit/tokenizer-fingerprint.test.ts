// Claim: a tokenizer's fingerprint changes with everything that decides ids, and with nothing else.
import { describe, expect, it } from "vitest";
import { asFolder, openModelTokenizer } from "../../src/session/models/model-parts.ts";
import { openModelFiles } from "../../src/sources/open-model-files.ts";
import { tinyGguf } from "../support/gguf-model.ts";
import { tinyConfig, tinyModelFiles, tinyTokenizer } from "../support/tiny-model.ts";

async function fingerprintOf(files: readonly File[]): Promise<string> {
  return (await openModelTokenizer(await asFolder(await openModelFiles({ kind: "files", name: "tiny", files })))).fingerprint;
}
const withChanges = (changes: Parameters<typeof tinyModelFiles>[0]) => fingerprintOf(tinyModelFiles(changes));
const { tokenizer, config } = tinyTokenizer();
const template = "{% for m in messages %}{{ m.content }}<|end|>{% endfor %}";

describe("the fingerprint of a tokenizer", () => {
  it.each([
    ["a token of the vocabulary", { "tokenizer.json": JSON.stringify(tokenizer).replace('"!":36,"\\"":37', '"!":37,"\\"":36') }],
    ["an added token's flag", { "tokenizer.json": JSON.stringify(tokenizer).replace('"rstrip":false', '"rstrip":true') }],
    ["the chat template", { "tokenizer_config.json": JSON.stringify({ ...config, chat_template: template }) }],
    [
      "a space in the chat template",
      { "tokenizer_config.json": JSON.stringify({ ...config, chat_template: `${String(config["chat_template"])} ` }) },
    ],
    ["a template beside it", { "chat_template.jinja": template }],
    ["a template in JSON beside it", { "chat_template.json": JSON.stringify({ chat_template: template }) }],
    ["the end token", { "tokenizer_config.json": JSON.stringify({ ...config, eos_token: "<|pad|>" }) }],
    ["an end token of generation_config.json", { "generation_config.json": '{"eos_token_id": [2, 0]}' }],
    ["an end token of config.json", { "config.json": JSON.stringify({ ...tinyConfig, eos_token_id: 0 }) }],
    ["a key that no one knows yet", { "tokenizer_config.json": JSON.stringify({ ...config, add_prefix_space: true }) }],
  ])("changes with %s", async (_name, changes) => {
    expect(await withChanges(changes)).not.toBe(await withChanges({}));
  });

  it.each([
    [
      "how a file is indented",
      { "tokenizer.json": JSON.stringify(tokenizer, null, 2), "tokenizer_config.json": JSON.stringify(config, null, 4) },
    ],
    [
      "where it came from",
      { "tokenizer_config.json": JSON.stringify({ ...config, name_or_path: "/x", model_max_length: 9, padding_side: "left" }) },
    ],
    ["how answers are sampled", { "generation_config.json": '{"temperature": 0.6}' }],
    [
      "the model's other configuration",
      { "config.json": JSON.stringify({ ...tinyConfig, transformers_version: "9", torch_dtype: "float16" }) },
    ],
  ])("does not change with %s", async (_name, changes) => {
    const base = "generation_config.json" in changes ? { "generation_config.json": "{}" } : {};
    expect(await withChanges(changes)).toBe(await withChanges(base));
  });

  it("of a GGUF file is its own, and changes with its template", async () => {
    const [plain, again, other] = [await tinyGguf("F16"), await tinyGguf("Q8_0", { seed: 2 }), await tinyGguf("F16", { template })];
    expect(await fingerprintOf([again])).toBe(await fingerprintOf([plain]));
    expect(await fingerprintOf([other])).not.toBe(await fingerprintOf([plain]));
  });
});
