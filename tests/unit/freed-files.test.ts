// Claim: what was trained of the base goes into a folder and comes back to the bit, as the same method: in PEFT's form where PEFT can load
// it, else in our own; and a folder that says something else than it holds is refused.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { parseStoredConfig, type MethodConfig } from "../../src/config/run-config.ts";
import type { ReadAdapter } from "../../src/interchange/adapter-tensors.ts";
import type { PeftFiles } from "../../src/interchange/peft-files.ts";
import { readPeft, writePeft } from "../../src/interchange/peft.ts";
import { isPlainConfig, readPlain, writePlain } from "../../src/interchange/plain-adapter.ts";
import { encodeSafetensors, openSafetensors, type TensorToStore } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import type { ModelSpec } from "../../src/model/spec.ts";
import { failureOf } from "../support/errors.ts";
import { oddModels } from "../support/odd-models.ts";
import { the } from "../support/the.ts";

const lora = { kind: "lora", rank: 2, alpha: 3 };
const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>])[] = [
  ["phi", { kind: "bitfit" }, { peft_type: "LORA", target_modules: "dummy-target-modules", bias: "all", modules_to_save: null }],
  ["gpt2", { kind: "bitfit", layers: "1:1" }, { bias: "all" }],
  [
    "llama",
    { kind: "norms", layers: "0:0" },
    { modules_to_save: ["model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm"] },
  ],
  ["gemma3_text", { kind: "norms" }, { bias: "none", ensure_weight_tying: false }],
  ["gpt2", { kind: "last-k", lastLayers: 2 }, { target_modules: "dummy-target-modules" }],
  ["llama", { kind: "embedding" }, { modules_to_save: ["model.embed_tokens"], ensure_weight_tying: true }],
  ["phi", { kind: "embedding" }, { modules_to_save: ["model.embed_tokens", "lm_head"], ensure_weight_tying: false }],
  [
    "gpt2",
    { kind: "tokens", tokenIds: "4, 66, 1" },
    { peft_type: "TRAINABLE_TOKENS", token_indices: [4, 66, 1], target_modules: "transformer.wte" },
  ],
  ["gpt2", { kind: "full" }, { atelier: { version: 1, base_model: "a/b", method: { kind: "full" } } }],
  ["gemma2", { kind: "bottleneck", bottleneckSize: 3 }, { atelier: { version: 1 } }],
  [
    "gpt2",
    { ...lora, kind: "dora", targets: ["c_attn"], save: ["ln_f"], tokenIds: "2" },
    { use_dora: true, modules_to_save: ["transformer.ln_f"] },
  ],
  // Which PEFT does not tie, or transformers 5 calls otherwise.
  ["gpt2", { kind: "embedding" }, { atelier: { version: 1, base_model: "a/b", method: { kind: "embedding" } } }],
  ["gpt_neox", { ...lora, targets: ["dense"], save: ["embed_out"] }, { atelier: { version: 1, base_model: "a/b" } }],
  [
    "llama",
    { ...lora, targets: ["q_proj"], save: ["lm_head", "norm"] },
    { modules_to_save: expect.arrayContaining(["lm_head", "model.norm"]) },
  ],
  [
    "llama",
    { ...lora, targets: ["q_proj", "v_proj"], save: ["embed_tokens"], tieSaved: true },
    { modules_to_save: ["model.embed_tokens"], ensure_weight_tying: true, trainable_token_indices: null },
  ],
  [
    "gpt2",
    { ...lora, targets: ["c_attn"], save: ["c_fc"], tokenIds: "7, 3" },
    { modules_to_save: [0, 1, 2].map((layer) => `transformer.h.${layer}.mlp.c_fc`), trainable_token_indices: { wte: [7, 3] } },
  ],
];

describe.each(cases)("%s %o", (name, section, said) => {
  it("comes back as it went", async () => {
    const { spec, method, parameters, files } = written(name, section);
    expect(files.config).toMatchObject(said);
    const read = await readBack(spec, files);
    // Names of modules come back whole.
    const { save: _given, ...settings } = method as MethodConfig & { readonly save?: unknown };
    expect(read.method).toMatchObject(settings);
    expect(applyMethod(spec, read.method).layout).toEqual(applyMethod(spec, method).layout);
    expect(read.parameters).toEqual(parameters);
    expect(read.base).toBe("a/b");
  });

  it("is refused where a tensor is missing, or another one is there", async () => {
    const { spec, files } = written(name, section);
    const [first, ...others] = files.tensors;
    const more = { ...the(first), name: `${the(first).name}.other` };
    for (const tensors of [others, [...files.tensors, more]]) {
      const { code } = await failureOf(() => readBack(spec, { ...files, tensors }));
      expect(code).toMatch(/^adapter\/(invalid|unsupported)$/);
    }
  });
});

describe("single refusals", () => {
  it("two halves of a tied table that differ", async () => {
    const { spec, files } = written("llama", { kind: "embedding" });
    const table = the(files.tensors[0]);
    const head = { ...table, name: "base_model.model.lm_head.weight" };
    expect((await readBack(spec, { ...files, tensors: [table, head] })).method.kind).toBe("embedding");
    const other = { ...head, data: table.data.map((value) => value + 1) };
    const { key, params } = await failureOf(() => readBack(spec, { ...files, tensors: [table, other] }));
    expect([key, params]).toEqual(["adapter/invalid", { what: expect.objectContaining({ key: "adapter/tied-differ" }) }]);
  });

  it("a tied table that PEFT unties", async () => {
    const { spec, files } = written("llama", { kind: "embedding" });
    const config = { ...files.config, ensure_weight_tying: false };
    expect((await failureOf(() => readBack(spec, { ...files, config }))).key).toBe("adapter/unsupported#peft");
  });

  it("a newer version of our own form, and a key that is not known there", async () => {
    const { spec, files } = written("llama", { kind: "full" });
    const { atelier } = files.config as { readonly atelier: Readonly<Record<string, unknown>> };
    const newer = await failureOf(() => readBack(spec, { ...files, config: { atelier: { ...atelier, version: 2 } } }));
    expect([newer.key, newer.params]).toEqual(["adapter/unsupported#newer", { file: "adapter_config.json", version: 2, known: 1 }]);
    expect((await failureOf(() => readBack(spec, { ...files, config: { atelier, r: 4 } }))).key).toBe("adapter/unsupported#peft");
  });
});

interface Written {
  readonly spec: ModelSpec;
  readonly method: MethodConfig;
  readonly parameters: NamedVectors;
  readonly files: PeftFiles;
}

function written(name: string, section: Readonly<Record<string, unknown>>): Written {
  const spec = parseModelConfig(the(oddModels[name]));
  const { method } = parseStoredConfig({ method: section });
  const random = seededRandom(1);
  const { layout } = applyMethod(spec, method);
  const parameters = Object.fromEntries(
    layout.map(({ name: group, size }) => [group, Float32Array.from({ length: size }, () => random.normal())]),
  );
  const trained = { parameters, fixed: {} };
  return { spec, method, parameters, files: writePeft(spec, method, trained, "a/b") ?? writePlain(spec, method, trained, "a/b") };
}

async function readBack(spec: ModelSpec, { config, tensors }: PeftFiles): Promise<ReadAdapter> {
  const bytes = encodeSafetensors([...tensors] as TensorToStore[]);
  const weights = await openSafetensors(blobSource("adapter_model.safetensors", new Blob([bytes])));
  const stored: unknown = JSON.parse(JSON.stringify(config));
  return isPlainConfig(stored) ? readPlain(spec, stored, weights) : readPeft(spec, stored, weights);
}
