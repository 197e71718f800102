// Claim: real engines give back the very numbers that they hold: a GPU's buffers and float16 are read as what they are.
import { expect, it } from "vitest";
import { ownQuantizations } from "../../src/config/quantizations.ts";
import { placeTiny, readBack } from "../support/base-numbers.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { oddModels } from "../support/odd-models.ts";
import { the } from "../support/the.ts";
import { english } from "../support/words.ts";

describeEngines("the numbers of a base", ["wasm", "webgpu"], (name) => {
  it.for(ownQuantizations)("held as %s", async (quantization, { skip }) => {
    const engine = await engineOf(name);
    if (quantization === "f16" && !engine.hasFloat16) {
      console.warn(`SKIPPED f16 on ${english.text(engine.description)}: it has no float16`);
      skip();
    }
    const placed = await placeTiny(engine, the(oddModels["gpt2"]), { quantization, quantizeHead: true });
    for (const [tensor, [found, held]] of await readBack(placed)) expect(found, tensor).toEqual(held);
    placed.model.dispose();
  });
});
