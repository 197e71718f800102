// Claims: LoRA with every option, rsLoRA, DoRA and PiSSA compute what PEFT's real ones do: loss, every gradient, five AdamW steps.
import { afterAll, beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { allLinear } from "../../src/config/knobs.ts";
import { groupTensors } from "../../src/interchange/adapter-tensors.ts";
import { readTensor } from "../../src/interchange/safetensors.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { parameterName } from "../../src/model/methods/peft-names.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { openGolden, relativeError, type Golden } from "../support/goldens.ts";
import { checkMethod, goldenConfig, methodNumbers, references, type MethodCheck } from "../support/method-goldens.ts";
import { the } from "../support/the.ts";

const { peft, llama_tied: tied } = references;
const size = { rank: 4, alpha: 8 };
const qv = ["q_proj", "v_proj"];

/** The options of the goldens as our knobs say them. */
const options: readonly (readonly [keyof typeof peft, Readonly<Record<string, unknown>>])[] = [
  ["lora_layers_to_transform", { kind: "lora", layers: "1:1" }],
  ["lora_layers_to_transform", { kind: "lora", layers: "last:1" }],
  ["lora_layers_pattern", { kind: "lora", layers: "0:0", targets: qv }],
  ["lora_target_regex", { kind: "lora", targets: ["/.*\\.layers\\.1\\.(self_attn\\.(q|o)_proj|mlp\\.up_proj)/"] }],
  [
    "lora_rank_alpha_pattern",
    {
      kind: "lora",
      rankPattern: "q_proj=2, layers.1.mlp.down_proj=6",
      alphaPattern: "v_proj=32, layers.1.mlp.down_proj=3, o_proj=1",
    },
  ],
  ["lora_rank_pattern", { kind: "lora", targets: ["k_proj", "up_proj"], rankPattern: "self_attn.k_proj=8, ^model.layers.0.mlp.up_proj=1" }],
  ["lora_exclude_modules", { kind: "lora", exclude: ["o_proj", "layers.0.mlp.gate_proj"] }],
];

describeEngines("LoRA and its kin equal PEFT", ["wasm", "webgpu"], (engineName) => {
  let golden: Golden;
  beforeAll(async () => {
    golden = await openGolden(await engineOf(engineName), "llama_tied");
  });
  afterAll(() => golden.model.dispose());

  /** The golden's adapter, from which most references start. */
  const own = async (tensor: string): Promise<Float32Array | undefined> =>
    golden.adapterFile.tensors.has(tensor) ? readTensor(golden.adapterFile, tensor) : undefined;
  const check = (method: Readonly<Record<string, unknown>>, rest: Omit<MethodCheck, "sections">): Promise<void> =>
    checkMethod(golden, { sections: { method: { ...size, ...method } }, start: own, ...rest });

  // Which modules an option names is decided before an engine is asked: each on WASM, and the one with the most ranks on both.
  const asked = options.filter(([tag]) => engineName === "wasm" || tag === "lora_rank_alpha_pattern");
  it.each(asked)("%s: %o", (tag, method) => check(method, { tag, expected: the(peft[tag]) }));

  it("lora_all_linear", async () => {
    // Its values were drawn by the names of the tensors, one after the other, as those of the other references were.
    const numbers = await methodNumbers();
    const start = async (tensor: string): Promise<Float32Array | undefined> => {
      const wanted = tensor.includes("o_proj") ? "lora_rank_alpha_pattern" : "lora_exclude_modules";
      const tag = tensor.includes("layers.0.mlp.gate_proj") ? "lora_rank_alpha_pattern" : wanted;
      const values = await readTensor(numbers, `${tag}.init.${tensor}`);
      return tensor.includes("o_proj") ? values.subarray(0, values.length / 2) : values;
    };
    await check({ kind: "rslora", rankPattern: "o_proj=2" }, { tag: "lora_all_linear", expected: the(peft.lora_all_linear), start });
  });

  it("rslora", () => check({ kind: "rslora" }, { tag: "rslora", expected: tied.rslora }));

  it("dora", () => check({ kind: "dora" }, { tag: "dora", expected: tied.dora, nameOf: parameterName }));

  it("lora from B = 0", () => {
    const { adamw } = tied.lora_b0;
    const start = async (tensor: string) => (tensor.includes("lora_A") ? own(tensor) : undefined);
    return check({ kind: "lora" }, { tag: "lora_b0", expected: { loss: the(adamw.losses[0]), adamw }, start });
  });

  it("lora with LoRA+", () => {
    const { losses, final_loss: final } = tied.optimizers.lora_plus_ratio16_adamw;
    const expected = { loss: the(losses[0]), adamw: { losses, final_loss: final } };
    return check({ kind: "lora", loraPlusRatio: 16 }, { tag: "lora_plus", expected });
  });

  it("pissa: what it starts from, the loss of the base, five steps", async () => {
    const { model } = golden;
    const { method: settings } = goldenConfig({ method: { kind: "pissa", ...size } });
    const method = applyMethod(model.spec, settings);
    const { parameters, fixed } = await method.start(baseNumbers(model), seededRandom(1));
    expect(fixed).toEqual(parameters);
    const tensors = new Map(groupTensors(method.layout, parameters).map(({ name, data, shape }) => [name, { data, shape }]));
    const numbers = await methodNumbers();
    const recorded = [...numbers.tensors.keys()].filter((name) => name.startsWith("pissa.BA."));
    expect(recorded).toHaveLength(7);
    for (const name of recorded) {
      const module = `base_model.model.${name.slice("pissa.BA.".length)}`;
      const [a, b] = [the(tensors.get(`${module}.lora_A.weight`)), the(tensors.get(`${module}.lora_B.weight`))];
      expect(relativeError(product(b, a), await readTensor(numbers, name)), name).toBeLessThan(2e-5);
    }
    expect(Math.abs(the(peft.pissa.loss) - golden.json.base.loss)).toBeLessThan(1e-5);
    await checkMethod(golden, { sections: { method: { kind: "pissa", ...size } }, tag: "pissa", expected: the(peft.pissa) });
  });

  it.skipIf(engineName === "webgpu")("dropout: a run that is taken up again goes on to the same bits", async () => {
    const { model, batch } = golden;
    const training = makeTraining(model.spec, goldenConfig({ method: { kind: "dora", ...size, dropout: 0.3 } }));
    const start = freshSnapshot(training, await training.method.start(baseNumbers(model), seededRandom(1)));
    const [whole, cut] = [await Trainer.create(model, training, start), await Trainer.create(model, training, start)];
    for (const trainer of [whole, cut]) await trainer.update([batch, batch], 1e-2);
    const rest = await Trainer.create(model, training, await cut.snapshot());
    for (const trainer of [whole, rest]) await trainer.update([batch, batch], 1e-2);
    expect(await rest.snapshot()).toEqual(await whole.snapshot());
    for (const trainer of [whole, cut, rest]) await trainer.dispose();
  });

  it("names every module of the golden in the same way", () => {
    const method = applyMethod(golden.model.spec, goldenConfig({ method: { kind: "lora", ...size, targets: [allLinear] } }).method);
    expect(groupTensors(method.layout, golden.adapter).map(({ name }) => name)).toEqual([...golden.adapterFile.tensors.keys()].toSorted());
  });
});

interface Matrix {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

function product({ data: left, shape: [rows = 0, inner = 0] }: Matrix, { data: right, shape: [, columns = 0] }: Matrix): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let at = 0; at < inner; at++)
        out[row * columns + column] = the(out[row * columns + column]) + the(left[row * inner + at]) * the(right[at * columns + column]);
  return out;
}
