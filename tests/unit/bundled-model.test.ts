// The base model that ships with the app: that its files fit together and its size, never what it says.
import { readdirSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { parameterCount } from "../../src/model/spec.ts";
import { checkTensors } from "../../src/model/check-tensors.ts";
import { openTokenizer } from "../../src/tokens/tokenizer.ts";
import { learnedTexts, say } from "../support/learned.ts";
import { jsonOf, rootPath, safetensorsOf } from "../support/files.ts";

const spec = parseModelConfig(jsonOf("public/model/config.json"));
const open = () =>
  openTokenizer({
    tokenizer: jsonOf("public/model/tokenizer.json"),
    config: jsonOf("public/model/tokenizer_config.json"),
    endTokenSources: [jsonOf("public/model/generation_config.json"), jsonOf("public/model/config.json")],
  });

describe("the bundled model", () => {
  it("has at most 12 million parameters in at most 16 MB", () => {
    expect(parameterCount(spec)).toBeLessThanOrEqual(12e6);
    const files = readdirSync(rootPath("public/model"));
    expect(files.reduce((sum, name) => sum + statSync(rootPath(`public/model/${name}`)).size, 0)).toBeLessThanOrEqual(16_000_000);
  });

  it("has the weights that its configuration asks for", async () => {
    const { tensors } = await safetensorsOf("public/model/model.safetensors");
    checkTensors(spec, new Map([...tensors].map(([name, { shape }]) => [name, shape])));
  });

  it("has a tokenizer that fits its vocabulary and gives back any text", () => {
    const tokenizer = open();
    for (const text of ["What is the capital of Peru?", "Ünïcödé 🧀 and\ttabs\n", "1 + 2 = 3"]) {
      const ids = tokenizer.encodeText(text);
      expect(Math.max(...ids)).toBeLessThan(spec.vocabularySize);
      expect(tokenizer.decode(ids)).toBe(text);
    }
  });

  it("learns an answer and the token that ends it, and stops at that token", () => {
    const tokenizer = open();
    expect(tokenizer.hasChatTemplate).toBe(true);
    const [learned = ""] = learnedTexts(tokenizer, [say("user", "Who are you?"), say("assistant", "I am a model.")]);
    const ids = tokenizer.encodeChat(learned);
    expect(tokenizer.endIds.has(ids.at(-1) ?? -1)).toBe(true);
    expect(tokenizer.decode(ids).trim()).toBe("I am a model.");
  });
});
