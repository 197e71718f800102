// Loading a model: what is missing, cut off or wrong is named, and the model that was there stays.
import { describe, expect, it } from "vitest";
import { EngineSession } from "../../src/session/engine-session.ts";
import { failureOf } from "../support/errors.ts";
import { Driver, greedy, ignore } from "../support/session.ts";
import { tinyConfig, tinyModelFiles, tinyTokenizer, tinyWeights } from "../support/tiny-model.ts";
import { english } from "../support/words.ts";

const prompt = { kind: "text", text: "Hello" } as const;
const weights = tinyWeights();
const { chat_template: _template, ...plainTokenizer } = tinyTokenizer().config;

const faults: readonly (readonly [string, Readonly<Record<string, BlobPart | undefined>>, string, string])[] = [
  ["no config.json", { "config.json": undefined }, "model/file-missing", "config.json"],
  ["no weights", { "model.safetensors": undefined }, "model/file-missing", "model.safetensors"],
  ["no tokenizer", { "tokenizer.json": undefined }, "model/file-missing", "tokenizer.json"],
  ["no tokenizer configuration", { "tokenizer_config.json": undefined }, "model/file-missing", "tokenizer_config.json"],
  ["a configuration that is cut off", { "config.json": '{"model_type": "lla' }, "model/file-invalid", "config.json"],
  ["a tokenizer that is cut off", { "tokenizer.json": '{"model": {' }, "model/file-invalid", "tokenizer.json"],
  ["a tokenizer that is none", { "tokenizer.json": "{}" }, "tokens/tokenizer-invalid", "tokenizer.json"],
  ["weights that are cut off", { "model.safetensors": weights.slice(0, -100) }, "model/file-truncated", "model.safetensors"],
  ["weights that are empty", { "model.safetensors": "" }, "model/file-truncated", "model.safetensors"],
  ["weights that are a web page", { "model.safetensors": "<!doctype html><p>Not found</p>" }, "model/file-invalid", "model.safetensors"],
  [
    "shards of which one is missing",
    { "model.safetensors": undefined, "model.safetensors.index.json": '{"weight_map": {"x": "model-1.safetensors"}}' },
    "model/file-missing",
    "model-1.safetensors",
  ],
  ["weights of another shape", { "config.json": JSON.stringify({ ...tinyConfig, vocab_size: 300 }) }, "model/tensor-shape", "embed_tokens"],
  [
    "more layers than weights",
    { "config.json": JSON.stringify({ ...tinyConfig, num_hidden_layers: 3 }) },
    "model/tensor-missing",
    "layers.2",
  ],
  [
    "another architecture",
    { "config.json": JSON.stringify({ ...tinyConfig, model_type: "mamba" }) },
    "model/unknown-architecture",
    "mamba",
  ],
];

describe("a model with", () => {
  it.each(faults)("%s is refused, and the one before stays usable", async (_name, changes, code, names) => {
    const driver = await Driver.load();
    const before = await driver.session.generate({ prompt, runId: null, sampling: greedy }, ignore);
    const source = { kind: "files", name: "broken", files: tinyModelFiles(changes) } as const;
    const failure = await failureOf(() => driver.load("wasm", { source }));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(names);
    expect(failure.hint).not.toBe("");
    expect(await driver.session.generate({ prompt, runId: null, sampling: greedy }, ignore)).toMatchObject({ ids: before.ids });
  });

  it("nothing but ids may go without a tokenizer where that is allowed", async () => {
    const driver = new Driver();
    const files = tinyModelFiles({ "tokenizer.json": undefined, "tokenizer_config.json": undefined });
    await driver.load("wasm", { source: { kind: "files", name: "bare", files }, tokenizerOptional: true });
    const ids = { kind: "ids", ids: [5, 6] } as const;
    expect((await driver.session.generate({ prompt: ids, runId: null, sampling: greedy }, ignore)).ids).toHaveLength(greedy.maxTokens);
    expect((await failureOf(() => driver.session.generate({ prompt, runId: null, sampling: greedy }, ignore))).code).toBe(
      "model/file-missing",
    );
  });

  it("no chat template chats by a plain one, and says so", async () => {
    const driver = new Driver();
    const files = tinyModelFiles({ "tokenizer_config.json": JSON.stringify(plainTokenizer) });
    const info = await driver.load("wasm", { source: { kind: "files", name: "plain", files } });
    expect(info.hasChatTemplate).toBe(false);
  });

  it("no address to be found at is refused by the file that was asked for", async () => {
    const source = { kind: "url", name: "far", baseUrl: new URL("/nowhere/", location.href).href } as const;
    const failure = await failureOf(() => new Driver().load("wasm", { source }));
    expect(failure.code).toBe("model/file-missing");
    expect(failure.message).toContain("far has no config.json");
  });
});

describe("a load that is cancelled", () => {
  it("ends, leaves the model before it, and lets the next one through", async () => {
    const driver = await Driver.load();
    const before = await driver.session.generate({ prompt, runId: null, sampling: greedy }, ignore);
    const load = () => {
      const source = { kind: "files", name: "other", files: tinyModelFiles() } as const;
      return driver.session.load({ source, quantization: "int4", provider: "wasm" }, ({ stage }) => {
        if (stage === "weights") void driver.session.cancelLoad();
      });
    };
    expect((await failureOf(load)).code).toBe("load/cancelled");
    expect(await driver.session.generate({ prompt, runId: null, sampling: greedy }, ignore)).toMatchObject({ ids: before.ids });
    expect((await driver.load("wasm")).name).toBe("tiny");
  });
});

describe("a model in shards", () => {
  it("answers as the same in one file", async () => {
    const header = Number(new DataView(weights.buffer).getBigUint64(0, true));
    const names = Object.keys(JSON.parse(new TextDecoder().decode(weights.subarray(8, 8 + header))) as object);
    const map = Object.fromEntries(names.map((name, at) => [name, `model-${at % 2}.safetensors`]));
    const files = tinyModelFiles({
      "model.safetensors": undefined,
      "model.safetensors.index.json": JSON.stringify({ weight_map: map }),
      "model-0.safetensors": weights,
      "model-1.safetensors": weights,
    });
    const [one, sharded] = [await Driver.load(), await Driver.load("wasm", { source: { kind: "files", name: "sharded", files } })];
    const answer = (driver: Driver) => driver.session.generate({ prompt, runId: null, sampling: greedy }, ignore);
    expect((await answer(sharded)).ids).toEqual((await answer(one)).ids);
  });
});

describe("a loaded model", () => {
  it("says what it is and what it takes", async () => {
    const driver = new Driver();
    const [quantized, plain] = [await driver.load("wasm"), await driver.load("wasm", { quantization: "none" })];
    expect(quantized).toMatchObject({
      name: "tiny",
      source: "files",
      family: "llama",
      layers: 2,
      contextLength: 256,
      hasChatTemplate: true,
    });
    expect(quantized.weightBytes).toBeLessThan(plain.weightBytes);
    expect(plain.weightBytes).toBe(plain.parameters * 4);
    expect(english.text(quantized.engineDescription)).toContain("WASM");
  });

  it("asked for on WebGPU is never quietly put elsewhere", async () => {
    const gpu = Object.getOwnPropertyDescriptor(Navigator.prototype, "gpu");
    Object.defineProperty(navigator, "gpu", { value: { requestAdapter: () => Promise.resolve(null) }, configurable: true });
    try {
      const driver = new Driver();
      expect((await failureOf(() => driver.load("webgpu"))).code).toBe("engine/no-webgpu");
      expect((await failureOf(() => driver.session.logits([1], null))).code).toBe("model/not-loaded");
      const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
      const info = await driver.session.load({ source, quantization: "int4" }, ignore);
      expect(info.provider).toBe("wasm");
      expect(info.saysWhyNotWebGpu).toBe(true);
      expect(english.text(info.engineDescription)).toContain("no graphics adapter");
      expect((await driver.load("wasm")).saysWhyNotWebGpu).toBeUndefined();
    } finally {
      Reflect.deleteProperty(navigator, "gpu");
      expect(gpu).toBeDefined();
    }
  });

  it("is needed before anything else", async () => {
    const session = new EngineSession();
    expect((await failureOf(() => session.exportAdapter("x"))).code).toBe("model/not-loaded");
    expect((await failureOf(() => session.resumeRun("x"))).code).toMatch(/not-loaded|missing/);
  });
});
