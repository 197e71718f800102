// Methods that train a part of the base, and what an adapter trains beside its own matrices, against PyTorch and PEFT: loss, every recorded
// gradient under its name in files, and the losses of five AdamW steps.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { readTensor } from "../../src/interchange/safetensors.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Network } from "../../src/train/network.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { openGolden, type Golden } from "../support/goldens.ts";
import { checkMethod, goldenConfig, methodNumbers, references } from "../support/method-goldens.ts";
import { oddBatch, openOddModel } from "../support/odd-model.ts";
import { oddModels } from "../support/odd-models.ts";
import { the } from "../support/the.ts";

const { llama_tied: llama, bitfit, peft } = references;
const lora = { kind: "lora", rank: 4, alpha: 8, targets: ["q_proj", "v_proj"] };
/** Modules that are trained whole, as PEFT's configuration has them. */
const saved = {
  lora_save_lm_head: { save: ["lm_head"] },
  lora_save_embed: { save: ["embed_tokens"] },
  lora_save_embed_tied: { save: ["embed_tokens"], tieSaved: true },
  trainable_tokens: { tokenIds: "15, 132, 164, 3" },
  trainable_tokens_tied: { tokenIds: "15, 132, 164, 3" },
} as const;

describeEngines("selective methods equal PyTorch", ["wasm", "webgpu"], (engineName) => {
  describe("llama_tied", () => {
    let golden: Golden;
    beforeAll(async () => {
      golden = await openGolden(await engineOf(engineName), "llama_tied");
    });
    afterAll(() => golden.model.dispose());

    it("norms", () => checkMethod(golden, { sections: { method: { kind: "norms" } }, tag: "norm_tuning", expected: llama.norm_tuning }));
    it("full", () =>
      checkMethod(golden, { sections: { method: { kind: "full" } }, tag: "full", expected: llama.full, someGradients: true }));
    it("full, without decay of norms and biases", async () => {
      const { optimizer, ...sections } = goldenConfig({ method: { kind: "full" } });
      const expected = { loss: llama.full.loss, adamw: llama.full_nodecay_norm_bias.adamw };
      const check = { sections: { ...sections, optimizer: { ...optimizer, decayAll: false } }, tag: "none", expected };
      await checkMethod(golden, check);
    });
    for (const [tag, settings] of Object.entries(saved)) {
      it(tag, async () => {
        // Its own pairs start as those of all recorded variants do: by their names.
        const numbers = await methodNumbers();
        const start = (tensor: string) => readTensor(numbers, `lora_exclude_modules.init.${tensor}`);
        const expected = peft[tag as keyof typeof saved];
        await checkMethod(golden, { sections: { method: { ...lora, ...settings } }, tag, expected, start, someGradients: true });
      });
    }
  });

  for (const name of ["qwen2", "gpt2", "llama_bias"] as const) {
    it(`bitfit: ${name}`, async () => {
      const golden = await openGolden(await engineOf(engineName), name);
      await checkMethod(golden, { sections: { method: { kind: "bitfit" } }, tag: `${name}.bitfit`, expected: bitfit[name] });
      golden.model.dispose();
    });
  }

  it("rows of a table that no token takes keep their bits; the frozen ones stay in the base", async () => {
    const model = await openOddModel(await engineOf(engineName), the(oddModels["mistral"]));
    const { optimizer, ...sections } = goldenConfig({ method: { kind: "embedding" } });
    const training = makeTraining(model.spec, { ...goldenConfig(sections), optimizer: { ...optimizer, weightDecay: 0 } });
    const start = await training.method.start(baseNumbers(model), seededRandom(1));
    const batch = oddBatch();
    const before = start.parameters["embedding"]?.slice() ?? new Float32Array();
    const base = new Network(model, null);
    const ofBase = await base.logProbs(batch, null);
    const trainer = await Trainer.create(model, training, freshSnapshot(training, start));
    for (let step = 0; step < 3; step++) await trainer.update([batch], 0.01);
    const after = (await trainer.snapshot()).parameters["embedding"] ?? new Float32Array();
    const real = new Set(batch.ids.filter((_, at) => batch.attention[at] === 1));
    const width = model.spec.hiddenSize;
    for (let row = 0; row < model.spec.vocabularySize; row++) {
      const [old, fresh] = [before, after].map((table) => [...table.subarray(row * width, (row + 1) * width)]);
      if (!real.has(row)) expect(fresh, `row ${row}`).toEqual(old);
    }
    expect(after).not.toEqual(before);
    expect([...(await base.logProbs(batch, null))]).toEqual([...ofBase]);
    await Promise.all([trainer.dispose(), base.dispose()]);
    model.dispose();
  });
});
