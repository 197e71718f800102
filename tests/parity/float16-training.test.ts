// A step in float16 on the engines against the float64 reference, which rounds the same values. Its graphs run on WASM too, whose kernels of
// float32 the runtime puts between conversions: so every node's types are checked where no GPU has float16.
import { expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { relativeError } from "../support/goldens.ts";
import { oddModels } from "../support/odd-models.ts";
import { oddBatch } from "../support/odd-training.ts";
import { placeTiny } from "../support/base-numbers.ts";
import { gradientOf, randomLora } from "../support/training.ts";
import { the } from "../support/the.ts";

void parseModelConfig;
describeEngines("training in float16", ["wasm", "webgpu"], (name) => {
  for (const quantization of ["none", "int4", "int8", "nf4", "f16", "int4-fine"] as const)
    for (const family of ["llama", "qwen3", "gemma2", "gpt2"])
      it(`${family} in ${quantization}`, async () => {
        const engine = await engineOf(name);
        if (!engine.hasFloat16) return console.warn("SKIPPED float16");
        const of = async (on: typeof engine) => {
          const { model } = await placeTiny(on, the(oddModels[family]), { quantization, quantizeHead: quantization !== "none" });
          const { training, parameters } = randomLora(model.spec, { rank: 3, alpha: 7 });
          return gradientOf(
            model,
            {
              training: { ...training, precision: "float16" },
              parameters: Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, v.map((x) => x / 4)])),
            },
            [oddBatch],
          );
        };
        const [a, b] = [await of(engine), await of(await engineOf("reference"))];
        console.log(
          family,
          quantization,
          b.loss,
          a.loss / b.loss - 1,
          Object.keys(a.vectors)
            .map((k) => relativeError(the(a.vectors[k]), the(b.vectors[k])).toExponential(1))
            .join(" "),
        );
        expect(a.loss / b.loss - 1).toBeLessThan(1e-3);
      });
});
