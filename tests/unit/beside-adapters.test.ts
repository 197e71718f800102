// Claim: IA³, VeRA, LoHa, LoKr, OFT and BOFT adapters that PEFT 0.21 saved give PEFT's logits here, are written again as they were, and
// what their settings can say and nothing here follows is refused by name. The one with three butterfly factors was made by PEFT with
// block_diag in place of its CUDA kernel; expected logits are PEFT's, in float32.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { readPeft, writePeft } from "../../src/interchange/peft.ts";
import { encodeSafetensors, openSafetensors, readTensor, type TensorToStore } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";

const folder = "tests/fixtures/adapters/beside";
const { ids, cases } = jsonOf(`${folder}/logits.json`) as {
  readonly ids: readonly number[];
  readonly cases: Readonly<Record<string, { readonly base: string; readonly logits: readonly number[] }>>;
};
type Config = Readonly<Record<string, unknown>>;
const configOf = (name: string): Config => jsonOf(`${folder}/${name}/adapter_config.json`) as Config;
const weightsOf = (name: string) => safetensorsOf(`${folder}/${name}/adapter_model.safetensors`);
const specOf = (name: string) => parseModelConfig(jsonOf(`tests/fixtures/goldens/${cases[name]?.base}/config.json`));
const read = async (name: string, changes: Config = {}) => readPeft(specOf(name), { ...configOf(name), ...changes }, await weightsOf(name));

function fileOf(tensors: readonly TensorToStore[]) {
  return openSafetensors(blobSource("written", new Blob([encodeSafetensors(tensors, {})])));
}

async function logitsWith(name: string): Promise<number[]> {
  const [engine, spec] = [createReferenceEngine(), specOf(name)];
  const base = await safetensorsOf(`tests/fixtures/goldens/${cases[name]?.base}/model.safetensors`);
  const reader = {
    shapes: new Map([...base.tensors].map(([tensor, { shape }]) => [tensor, shape])),
    read: (tensor: string, ...rows: number[]) => readTensor(base, tensor, ...rows),
  };
  const model = await loadModel(engine, spec, reader, { quantization: "none" });
  const { method: config, parameters, fixed } = await read(name);
  const method = applyMethod(spec, config);
  using owner = new TensorOwner(engine);
  const row = wholeRow(Int32Array.from(ids));
  const logits = await new Network(model, method).logits(
    row,
    Int32Array.of(ids.length - 1),
    uploadTuned(owner, method, { parameters, fixed }),
  );
  return Array.from(logits, Number);
}

describe.each(Object.keys(cases))("%s, as PEFT saved it", (name) => {
  it("gives PEFT's logits", async () => {
    const [logits, expected] = [await logitsWith(name), cases[name]?.logits ?? []];
    expect(Math.max(...expected.map((value, at) => Math.abs(value - (logits[at] ?? Number.NaN))))).toBeLessThan(3e-5);
  });

  it("is written as it was, or not at all where PEFT cannot load it", async () => {
    const { method, parameters, fixed } = await read(name);
    const files = writePeft(specOf(name), method, { parameters, fixed }, "test/base");
    const stored = await weightsOf(name);
    const written = new Map(files?.tensors.map(({ name: tensor, data, shape }) => [tensor, { data, shape }]));
    for (const [tensor, { shape }] of stored.tensors)
      expect(written.get(tensor), tensor).toEqual({ shape, data: await readTensor(stored, tensor) });
    const extra = [...written.keys()].filter((tensor) => !stored.tensors.has(tensor));
    expect(extra).toEqual(name === "vera-seed-gpt2" ? ["base_model.vera_A", "base_model.vera_B"] : []);
    // What was written names the same modules and numbers again.
    const again = await readPeft(specOf(name), files?.config, name === "vera-seed-gpt2" ? await fileOf(files?.tensors ?? []) : stored);
    expect(again).toMatchObject({ method, parameters, fixed });
  });
});

describe("settings", () => {
  const methodOf = async (name: string) => (await read(name)).method;

  it("mean what PEFT means by them", async () => {
    expect(await methodOf("ia3")).toMatchObject({ targets: ["k_proj", "v_proj", "down_proj"], feedforward: ["down_proj"] });
    expect(await methodOf("ia3-gpt2")).toMatchObject({ targets: ["c_attn", "mlp.c_proj"], feedforward: ["mlp.c_proj"] });
    expect(await methodOf("vera")).toMatchObject({ rank: 4, targets: ["model.layers.1.self_attn.k_proj", "model.layers.1.mlp.down_proj"] });
    expect(await methodOf("lokr")).toMatchObject({ rank: 2, alpha: 3, factor: 4 });
    expect(await methodOf("oft")).toMatchObject({ blockSize: 6, neumannTerms: 5 });
    expect(await methodOf("oft-exact")).toMatchObject({ blockSize: 16, neumannTerms: 0 });
    expect(await methodOf("boft")).toMatchObject({ blockSize: 4, factors: 3 });
  });

  it("of BOFT may announce more factors than PEFT made without CUDA, which is said", async () => {
    const { method, notes } = await read("boft-cpu");
    expect(method).toMatchObject({ blockSize: 8, factors: 1 });
    expect(notes.map(({ key }) => key)).toContain("adapter/one-factor");
  });

  it.each([
    ["ia3", { modules_to_save: ["lm_head"] }, "modules_to_save"],
    ["vera", { trainable_token_indices: [3] }, "trainable_token_indices"],
    ["ia3", { layers_to_transform: [1] }, "layers_to_transform"],
    ["ia3", { task_type: "SEQ_CLS" }, "task_type"],
    ["vera", { bias: "vera_only" }, "bias"],
    ["loha", { rank_pattern: { v_proj: 2 } }, "rank_pattern"],
    ["loha", { use_something_new: true }, "use_something_new"],
    ["lokr", { decompose_both: true }, "decompose_both"],
    ["oft", { coft: true }, "coft"],
    ["oft", { block_share: true }, "block_share"],
    // Before 0.18 the series was another one, and files did not say their version.
    ["oft", { peft_version: undefined }, "use_cayley_neumann"],
    ["oft", { peft_version: "0.17.1" }, "use_cayley_neumann"],
    // By their number blocks of modules of unlike widths are of unlike sizes.
    ["oft", { r: 4, oft_block_size: 0 }, "r"],
    ["boft", { boft_block_num: 16 }, "boft_block_num"],
  ])("%s: %o is refused by name", async (name, changes, key) => {
    const { code, params } = await failureOf(() => read(name, changes));
    expect(code).toBe("adapter/unsupported");
    expect(params).toMatchObject({ key });
  });

  it.each([
    ["vera", { r: 5 }],
    ["loha", { r: 4 }],
    ["lokr", { decompose_factor: 8 }],
    ["boft", { boft_n_butterfly_factor: 2 }],
    ["vera-seed-gpt2", { save_projection: true }],
    ["vera-seed-gpt2", { projection_prng_key: "a" }],
    ["ia3", { feedforward_modules: ["k_proj"] }],
  ])("%s: tensors that do not fit %o are refused", async (name, changes) => {
    expect((await failureOf(() => read(name, changes))).code).toBe("adapter/invalid");
  });
});

describe("GPT-2's layers", () => {
  it.each(["loha", "lokr", "oft", "boft"])("%s goes into no file of PEFT, which has it for other layers only", async (kind) => {
    const spec = parseModelConfig(jsonOf("tests/fixtures/goldens/gpt2/config.json"));
    const { method } = parseRunConfig({ method: { kind, targets: ["c_attn"] } });
    const start = await applyMethod(spec, method).start({} as never, seededRandom(1));
    expect(writePeft(spec, method, start, "gpt2")).toBeNull();
  });
});
