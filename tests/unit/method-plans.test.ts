// Claim: every method that is offered stands once in the list, with what it takes and whether it can be; what is asked later counts, and
// a closed list asks about no more than it shows.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AtelierError, toErrorRecord } from "../../src/base/errors.ts";
import { otherMethods, recommendedMethod } from "../../src/config/method-groups.ts";
import { methodGroupNames } from "../../src/config/methods.ts";
import { offeredKinds } from "../../src/config/run-config.ts";
import type { MethodKind } from "../../src/config/run-config.ts";
import type { BudgetReport } from "../../src/protocol/budget-api.ts";
import type { BudgetRequest, ModelInfo } from "../../src/protocol/models-api.ts";
import { bestFit, cheaperThan } from "../../src/state/method-actions.ts";
import { isRuledOut, openMethods, planMethods, takesWords, useMethodPlans, type MethodPlan } from "../../src/state/method-plans.ts";
import { useModel } from "../../src/state/model-store.ts";
import { applyToForm, chooseKind, entryOf, setKnob, useTrainForm } from "../../src/state/train-form.ts";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { english, french } from "../support/words.ts";

const asked: string[] = [];
let answered: ((request: BudgetRequest) => Promise<BudgetReport>) | undefined;

vi.mock("../../src/client/engine-client.ts", () => ({
  engine: {
    budget: async (request: BudgetRequest) => {
      asked.push(`${request.run.method.kind} ${request.quantization}`);
      return answered ? answered(request) : budget({ run: request.run });
    },
  },
}));
vi.mock("../../src/client/data-client.ts", () => ({ data: {} }));

const limits = { memory: 1e9, heap: null, buffer: null };

function budget(changes: Partial<BudgetReport> = {}): BudgetReport {
  return { totalBytes: 217_345_678, multiplyAdds: 100, fits: true, limits, proposals: [], ...changes } as BudgetReport;
}

const model = { quantization: "int8", quantizeHead: false, provider: "wasm", contextLength: 512 } as ModelInfo;
const plan = (report: BudgetReport | null, changes: Partial<MethodPlan> = {}): MethodPlan => ({
  report,
  refused: null,
  inFloat32: null,
  ...changes,
});
const refused = (key: "config/invalid#no-bias" | "config/invalid#no-tokens") =>
  toErrorRecord(key === "config/invalid#no-bias" ? new AtelierError(key, { family: "llama" }) : new AtelierError(key));

beforeEach(() => {
  asked.length = 0;
  answered = undefined;
  useMethodPlans.setState({ isOpen: false, plans: {} });
  useTrainForm.setState(useTrainForm.getInitialState());
  useModel.setState({ model: { ...model } });
});

it("every offered method stands once, the recommended one before the others", () => {
  const listed = [recommendedMethod, ...methodGroupNames.flatMap(otherMethods)];
  expect(listed.toSorted()).toEqual([...offeredKinds.method].toSorted());
  expect(recommendedMethod).toBe(offeredKinds.method[0]);
});

describe("plans", () => {
  it("are made of what is shown: all once the list is open", async () => {
    await planMethods();
    expect(asked).toEqual(["lora int8"]);
    chooseKind("method", "ia3");
    await planMethods();
    expect(asked.slice(1)).toEqual(["lora int8", "ia3 int8"]);
    asked.length = 0;
    openMethods(true);
    await vi.waitFor(() => expect(Object.keys(useMethodPlans.getState().plans)).toHaveLength(offeredKinds.method.length));
    expect(asked).toHaveLength(offeredKinds.method.length);
  });

  it("of an earlier question come to nothing, and no more of them are asked for", async () => {
    openMethods(true);
    await vi.waitFor(() => expect(asked).toHaveLength(offeredKinds.method.length));
    asked.length = 0;
    let go: () => void = () => undefined;
    answered = ({ run }) => new Promise((resolve) => (go = () => resolve(budget({ run, totalBytes: 1 }))));
    const first = planMethods();
    answered = undefined;
    const second = planMethods();
    go();
    await Promise.all([first, second]);
    expect(asked).toHaveLength(1 + offeredKinds.method.length);
    expect(useMethodPlans.getState().plans.lora?.report?.totalBytes).toBe(217_345_678);
  });

  it("ask what float32 would take where that is wanted", async () => {
    answered = async ({ run, quantization }) => {
      if (quantization === "none" || run.method.kind === "lora") return budget({ run });
      throw new AtelierError("config/invalid#quantized-base", { method: "Full fine-tuning", held: "int8" });
    };
    chooseKind("method", "full");
    await planMethods();
    expect(asked).toEqual(["lora int8", "full int8", "full none"]);
    const { full } = useMethodPlans.getState().plans;
    expect(full?.inFloat32?.fits).toBe(true);
    expect(isRuledOut(full as MethodPlan)).toBe(true);
  });

  it("go with their model", async () => {
    await planMethods();
    useModel.setState({ model: null });
    await planMethods();
    expect(useMethodPlans.getState().plans).toEqual({});
  });
});

describe("a method", () => {
  it.each([
    ["fits", plan(budget()), false],
    ["is too large", plan(budget({ fits: false })), true],
    ["has nothing to train in this model", plan(null, { refused: refused("config/invalid#no-bias") }), true],
    ["wants a setting", plan(null, { refused: refused("config/invalid#no-tokens") }), false],
    ["is not known", plan(null), false],
  ])("that %s: ruled out?", (_, given, out) => expect(isRuledOut(given)).toBe(out));

  it("says memory and time in words, in both languages", () => {
    const lora = budget();
    const said = (kind: MethodKind, changes: Partial<BudgetReport>) => english.text(takesWords(kind, budget(changes), lora));
    expect(said("lora", {})).toBe("about 217 MB, fits");
    expect(said("dora", { multiplyAdds: 106 })).toBe("about 217 MB, fits, about the time of LoRA");
    expect(said("loha", { multiplyAdds: 180, fits: false })).toBe("about 217 MB, does not fit, about 1.8 × the time of LoRA");
    expect(said("last-k", { multiplyAdds: 48, limits: { ...limits, memory: null } })).toBe("about 217 MB, about 0.5 × the time of LoRA");
    expect(french.text(takesWords("loha", budget({ multiplyAdds: 180 }), lora)).replaceAll(/\s/g, " ")).toBe(
      "environ 217 Mo, tient en mémoire, environ 1,8 × le temps de LoRA",
    );
  });

  it("that is too large is offered with what makes it fit, and the nearest cheaper one that can be had", () => {
    const instead = { what: "LoRA", change: { method: parseRunConfig({}).method }, totalBytes: 1, fits: true };
    const smaller = { what: "batch size 4", change: { batchSize: 4 }, totalBytes: 1, fits: true };
    const large = plan(budget({ fits: false, proposals: [instead, { ...smaller, fits: false }, smaller] }));
    expect(bestFit("full", large)).toBe(smaller);
    const plans = { lora: plan(budget({ fits: false })), ia3: plan(budget()) };
    expect(cheaperThan("full", { isOpen: true, plans })).toBe("ia3");
    expect(cheaperThan("full", { isOpen: true, plans: { lora: plan(budget()) } })).toBe("lora");
    expect(cheaperThan("ia3", { isOpen: true, plans })).toBeUndefined();
  });
});

it("a change of the method takes the settings of the former one along, and its learning rate", () => {
  setKnob("rank", "64");
  setKnob("learningRate", "0.5");
  applyToForm({ method: parseRunConfig({ method: { kind: "ia3" } }).method });
  const form = useTrainForm.getState();
  expect(form.method).toBe("ia3");
  expect(form.entries.rank).toBeUndefined();
  expect(entryOf(form, "learningRate")).not.toBe("0.5");
  setKnob("learningRate", "0.5");
  applyToForm({ batchSize: 2 });
  expect(entryOf(useTrainForm.getState(), "learningRate")).toBe("0.5");
});
