// IA³, VeRA, LoHa, LoKr, OFT and BOFT on the tied Llama are PEFT's: loss, every gradient under its name in files, five AdamW steps.
import { afterAll, beforeAll, it } from "vitest";
import { readTensor } from "../../src/interchange/safetensors.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { openGolden, type Golden } from "../support/goldens.ts";
import { checkMethod, methodNumbers, references, type MethodCheck } from "../support/method-goldens.ts";

const { peft, llama_tied: llama } = references;
const targets = ["q_proj", "v_proj"];

/** The tensors that PEFT does not train lie apart in the reference numbers. */
const frozen: MethodCheck["start"] = async (tensor) => {
  const name = { "base_model.vera_A": "vera.frozen.A", "base_model.vera_B": "vera.frozen.B" }[tensor];
  return name === undefined ? undefined : readTensor(await methodNumbers(), name);
};

const checks: Readonly<Record<string, MethodCheck>> = {
  ia3: { sections: { method: { kind: "ia3" } }, tag: "ia3", expected: llama.ia3 },
  vera: { sections: { method: { kind: "vera", rank: 8, targets } }, tag: "vera", expected: peft.vera, start: frozen },
  oft: { sections: { method: { kind: "oft", blockSize: 16, targets } }, tag: "oft", expected: peft.oft },
  boft: { sections: { method: { kind: "boft", blockSize: 8, targets } }, tag: "boft", expected: peft.boft },
  loha: { sections: { method: { kind: "loha", rank: 4, alpha: 8, targets } }, tag: "loha", expected: peft.loha },
  lokr: { sections: { method: { kind: "lokr", rank: 4, alpha: 8, targets } }, tag: "lokr", expected: peft.lokr },
};

describeEngines("methods beside linear layers equal PEFT's", ["wasm", "webgpu"], (engineName) => {
  let golden: Golden;
  beforeAll(async () => {
    golden = await openGolden(await engineOf(engineName), "llama_tied");
  });
  afterAll(() => golden.model.dispose());
  for (const [name, check] of Object.entries(checks)) it(name, () => checkMethod(golden, check));
});
