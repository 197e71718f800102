// Claim: folders that real PEFT 0.21.2 wrote of prompt and prefix tuning are read to the number, ours say what those say, and what is not
// followed is refused by name. The folders are of the tied Llama, with waves for numbers; the projected prefix is PEFT's own random start.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { groupTensors } from "../../src/interchange/adapter-tensors.ts";
import { readPeft, writePeft } from "../../src/interchange/peft.ts";
import { encodeSafetensors, openSafetensors, readTensor, type TensorToStore } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { Network } from "../../src/train/network.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";
import { the } from "../support/the.ts";
import { english } from "../support/words.ts";

const golden = "tests/fixtures/goldens/llama_tied";
const spec = parseModelConfig(jsonOf(`${golden}/config.json`));
type Folder = "prompt" | "prefix" | "projected";
const settingsOf = (folder: Folder) => jsonOf(`tests/fixtures/adapters/peft-${folder}/adapter_config.json`) as Record<string, unknown>;
const weightsOf = (folder: Folder) => safetensorsOf(`tests/fixtures/adapters/peft-${folder}/adapter_model.safetensors`);
const read = async (folder: Folder, changes: Readonly<Record<string, unknown>> = {}) =>
  readPeft(spec, { ...settingsOf(folder), ...changes }, await weightsOf(folder));

/** Mean loss of the golden's batch, in float64. */
async function lossOf({ method: config, parameters }: Awaited<ReturnType<typeof readPeft>>): Promise<number> {
  const weights = await safetensorsOf(`${golden}/model.safetensors`);
  const shapes = new Map([...weights.tensors].map(([tensor, { shape }]) => [tensor, shape]));
  const reader = {
    shapes,
    read: (...range: Parameters<typeof readTensor> extends [unknown, ...infer R] ? R : never) => readTensor(weights, ...range),
  };
  const model = await loadModel(createReferenceEngine(), spec, reader, { quantization: "none" });
  const method = applyMethod(spec, config);
  using owner = new TensorOwner(model.engine);
  const json = jsonOf(`${golden}/golden.json`) as Record<"input_ids" | "labels" | "attention_mask", number[][]>;
  const batch = {
    batch: 2,
    seq: 24,
    ids: Int32Array.from(json.input_ids.flat()),
    labels: Int32Array.from(json.labels.flat()),
    attention: Uint8Array.from(json.attention_mask.flat()),
  };
  const { sum, count } = await new Network(model, method).topLabels(batch, uploadTuned(owner, method, { parameters, fixed: {} }));
  return sum / count;
}

describe("PEFT's folders of what stands before a sequence", () => {
  // The losses are those that PEFT computes of the folders.
  it.each([
    ["prompt", 6.7347636],
    ["prefix", 7.0375748],
    ["projected", 6.9122477],
  ] as const)("%s: is read to the number, and has PEFT's loss", async (folder, loss) => {
    const adapter = await read(folder);
    expect(adapter.method).toMatchObject({ kind: folder === "prompt" ? "prompt" : "prefix", virtualTokens: 4 });
    const stored = await readTensor(await weightsOf(folder), "prompt_embeddings");
    expect(the(groupTensors(applyMethod(spec, adapter.method).layout, adapter.parameters)[0]).data).toEqual(stored);
    expect(Math.abs((await lossOf(adapter)) - loss)).toBeLessThan(2e-6);
  });

  it.each(["prompt", "prefix"] as const)("%s: what is written says what PEFT says", async (folder) => {
    const { method, parameters } = await read(folder);
    const { config, tensors } = the(writePeft(spec, method, { parameters, fixed: {} }, "base"));
    const own = settingsOf(folder);
    for (const [key, value] of Object.entries(config)) if (key !== "base_model_name_or_path") expect(own[key], key).toEqual(value);
    // The rest of PEFT's says nothing, or which PEFT it was.
    const left = Object.entries(own).filter(([key, value]) => !Object.hasOwn(config, key) && value !== null);
    expect(left).toEqual([["peft_version", "0.21.2"]]);
    const [tensor] = tensors;
    expect(tensors.length).toBe(1);
    expect(tensor).toMatchObject({ name: "prompt_embeddings", shape: (await weightsOf(folder)).tensors.get("prompt_embeddings")?.shape });
    const back = await readPeft(spec, config, await store(tensors));
    expect(back.parameters).toEqual(parameters);
  });

  it("says that a projected prefix goes on without its network", async () => {
    expect((await read("projected")).notes.map((note) => english.text(note)).join()).toContain("prefix_projection");
    expect((await read("prefix")).notes).toEqual([]);
  });

  it.each([
    ["prefix", { num_transformer_submodules: 2 }, "num_transformer_submodules"],
    ["prompt", { modules_to_save: ["lm_head"] }, "modules_to_save"],
    ["prompt", { task_type: "SEQ_2_SEQ_LM" }, "task_type"],
    ["prompt", { peft_type: "P_TUNING" }, "P_TUNING"],
    ["prompt", { token_dim: 32 }, "token_dim is 32"],
    ["prefix", { num_attention_heads: 4 }, "num_attention_heads is 4"],
    ["prefix", { num_layers: 3 }, "num_layers is 3"],
    ["prefix", { num_virtual_tokens: 5 }, "[4, 128]"],
    ["prompt", { num_virtual_tokens: 0 }, "num_virtual_tokens is 0"],
    ["prompt", { num_ranks: 1 }, "num_ranks"],
  ] as const)("%s with %o is refused by name", async (folder, changes, named) => {
    const failure = await failureOf(() => read(folder, changes));
    expect(failure.code).toMatch(/^adapter\/(unsupported|invalid)$/);
    expect(failure.message).toContain(named);
  });

  it("refuses tensors that a prompt does not have, and one that is not there", async () => {
    const extra = { name: "base_model.model.lm_head.weight", shape: [1], data: Float32Array.of(1) };
    expect((await failureOf(async () => readPeft(spec, settingsOf("prompt"), await store([extra])))).message).toContain("lm_head");
    expect((await failureOf(async () => readPeft(spec, settingsOf("prompt"), await store([])))).message).toContain("prompt_embeddings");
  });

  it("says of Gemma's prompts that older versions of transformers took them otherwise", async () => {
    const notesOf = async (family: string) => {
      const gemma = parseModelConfig(jsonOf(`tests/fixtures/goldens/${family}/config.json`));
      const { token_dim: _width, num_layers: _layers, ...settings } = settingsOf("prompt");
      return (await readPeft(gemma, settings, await weightsOf("prompt"))).notes.map((note) => english.text(note)).join();
    };
    expect(await notesOf("gemma")).toContain("version 5.4");
    expect(await notesOf("gemma2")).toContain("version 5.4");
    expect(await notesOf("gemma3_text")).toBe("");
  });
});

function store(list: readonly TensorToStore[]) {
  return openSafetensors(blobSource("adapter_model.safetensors", new Blob([encodeSafetensors(list)])));
}
