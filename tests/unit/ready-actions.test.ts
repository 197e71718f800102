// Claim: a run is prepared once all that it goes by is there, while nobody waits for anything else, and never for who saves data.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BudgetReport } from "../../src/protocol/budget-api.ts";
import type { DataCheck } from "../../src/protocol/data-api.ts";
import type { LoadProgress, ModelInfo } from "../../src/protocol/models-api.ts";
import type { PrepareRunRequest } from "../../src/protocol/runs-api.ts";
import { useBudget } from "../../src/state/budget-store.ts";
import { useChat } from "../../src/state/chat-store.ts";
import { useDataset } from "../../src/state/dataset-store.ts";
import { useModel } from "../../src/state/model-store.ts";
import { followReadiness } from "../../src/state/ready-actions.ts";
import { useRuns } from "../../src/state/runs-store.ts";
import { chooseKind, setKnob, useTrainForm } from "../../src/state/train-form.ts";
import { words } from "../../src/words/message.ts";

const asked: PrepareRunRequest[] = [];
let isReady = true;
const sizes = { steps: [{ batch: 8, seq: 64 }], validation: [] };

vi.mock("../../src/client/engine-client.ts", () => ({
  engine: { prepareRun: async (request: PrepareRunRequest) => (asked.push(request), isReady) },
}));
vi.mock("../../src/client/data-client.ts", () => ({ data: { batchSizes: async () => sizes } }));

const rest = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1000);

/** A model, its data counted, and room for the run. */
function allIsThere(): void {
  useModel.setState({ model: { name: "a", contextLength: 256 } as ModelInfo, tokenizer: "open" });
  useDataset.setState({ check: { usable: 3 } as DataCheck });
  useBudget.setState({ run: { fits: true } as BudgetReport });
}

beforeEach(() => {
  vi.useFakeTimers();
  useModel.setState(useModel.getInitialState());
  useDataset.setState(useDataset.getInitialState());
  useBudget.setState(useBudget.getInitialState());
  useTrainForm.setState(useTrainForm.getInitialState());
  asked.length = 0;
  isReady = true;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is not for who saves data", async () => {
  vi.stubGlobal("navigator", { connection: { saveData: true } });
  followReadiness();
  allIsThere();
  await rest();
  expect(asked).toEqual([]);
});

describe("a run", () => {
  let isFollowed = false;
  beforeEach(() => {
    vi.stubGlobal("navigator", {});
    if (!isFollowed) followReadiness();
    isFollowed = true;
  });

  it("is prepared once, a moment after the last change, as the form has it", async () => {
    allIsThere();
    setKnob("rank", "8");
    await vi.advanceTimersByTimeAsync(100);
    setKnob("rank", "4");
    expect(asked).toEqual([]);
    await rest();
    expect(asked).toMatchObject([{ config: { method: { kind: "lora", rank: 4 } }, sizes }]);
    useModel.setState({ error: null });
    await rest();
    expect(asked).toHaveLength(1);
  });

  it.each<[string, () => void, () => void]>([
    [
      "a load",
      () => useModel.setState({ loading: { stage: "weights", fraction: 0, detail: "" } satisfies LoadProgress }),
      () => useModel.setState({ loading: null }),
    ],
    ["a count", () => useDataset.setState({ checking: 0.5 }), () => useDataset.setState({ checking: null })],
    ["an answer", () => useChat.setState({ answering: "base" }), () => useChat.setState({ answering: null })],
    [
      "a start",
      () => useRuns.setState({ starting: { what: words("state/starting-run"), fraction: null } }),
      () => useRuns.setState({ starting: null }),
    ],
    ["a run", () => useRuns.setState({ activeId: "x" }), () => useRuns.setState({ activeId: null })],
    ["a tokenizer", () => useModel.setState({ tokenizer: "opening" }), () => useModel.setState({ tokenizer: "open" })],
  ])("waits for %s", async (_what, begin, end) => {
    allIsThere();
    begin();
    await rest();
    expect(asked).toEqual([]);
    end();
    await rest();
    expect(asked).toHaveLength(1);
  });

  it("is not prepared where it does not fit, is not well described, or makes its own model", async () => {
    allIsThere();
    useBudget.setState({ run: { fits: false } as BudgetReport });
    await rest();
    useBudget.setState({ run: { fits: true } as BudgetReport });
    setKnob("rank", "no number");
    await rest();
    chooseKind("method", "scratch");
    await rest();
    expect(asked).toEqual([]);
  });

  it("is prepared again after a run has taken what there was, and where the engine was needed for something else", async () => {
    allIsThere();
    await rest();
    useRuns.setState({ activeId: "x" });
    useRuns.setState({ activeId: null });
    isReady = false;
    await rest();
    expect(asked).toHaveLength(2);
    isReady = true;
    useChat.setState({ answering: "base" });
    useChat.setState({ answering: null });
    await rest();
    expect(asked).toHaveLength(3);
  });
});
