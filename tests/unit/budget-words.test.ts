// What a budget says to people: the limit that matters, what is left of it, and nothing where nothing is known.
import { describe, expect, it } from "vitest";
import { budgetWords } from "../../src/state/budget-words.ts";
import { applyToForm, useTrainForm } from "../../src/state/train-form.ts";
import type { BudgetReport } from "../../src/state/view-types.ts";
import { lora, shapeWith } from "../support/configs.ts";
import { english } from "../support/words.ts";

const report: BudgetReport = {
  provider: "wasm",
  quantization: "int4",
  quantizeHead: false,
  run: shapeWith({ data: { seqLength: 64 }, method: { rank: 4 } }),
  parts: { weights: 1e6, adapter: 1e6, optimizer: 1e6, activations: 1e6, cache: 1e6, runtime: 1e6 },
  totalBytes: 6e6,
  stepBytes: 5e6,
  heapBytes: 2e6,
  largestBuffer: 5e5,
  hostBytes: 0,
  multiplyAdds: 0,
  limits: { memory: 8e6, heap: 100e6, buffer: null },
  fits: true,
  obstacle: null,
  roomBytes: 2e6,
  proposals: [],
  held: { requested: "int4", form: "int4", bitsPerWeight: 5 },
};

describe("budgetWords", () => {
  it("names the tighter of two limits and the room", () => {
    const { sentence, share } = budgetWords(report);
    expect(english.say(sentence)).toBe("Fits: needs about 6 MB of 8 MB, the memory of this device; 2 MB are left.");
    expect(share).toBe(0.75);
  });

  it("names the limit that is exceeded, and by how much", () => {
    const over = { ...report, limits: { memory: null, heap: 1.5e6, buffer: null }, fits: false, obstacle: "heap" } as const;
    expect(english.say(budgetWords(over).sentence)).toBe(
      "Does not fit: needs about 6 MB in all, and 2 MB of 1.5 MB, the WASM heap; 500 kB too much.",
    );
  });

  it("invents no limit for a GPU", () => {
    const { sentence, share } = budgetWords({ ...report, provider: "webgpu", limits: { memory: null, heap: null, buffer: 1e9 } });
    expect(share).toBeNull();
    expect(english.say(sentence)).toContain("not known");
  });
});

it("a proposal sets its knobs and leaves what is typed elsewhere", () => {
  useTrainForm.setState({ entries: { steps: "seven", batchSize: "8", alpha: "12" } });
  applyToForm({ batchSize: 4, accumulate: 2, method: lora({ rank: 3, alpha: 12, targets: ["q_proj"] }) });
  expect(useTrainForm.getState()).toMatchObject({
    method: "lora",
    entries: { steps: "seven", batchSize: "4", accumulate: "2", rank: "3", alpha: "12", targets: ["q_proj"] },
  });
});
