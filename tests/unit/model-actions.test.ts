// Claim: whatever order loads and tokenizers arrive in, the page has the model that was asked for last with its own tokenizer, and
// nothing is trained before that.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AtelierError } from "../../src/base/errors.ts";
import type { BudgetReport } from "../../src/protocol/budget-api.ts";
import type { BudgetRequest, LoadRequest, ModelInfo } from "../../src/protocol/models-api.ts";
import type { HubListing } from "../../src/sources/hub-listing.ts";
import type { ModelSource } from "../../src/config/model-source.ts";
import type { TrainRequest } from "../../src/protocol/runs-api.ts";
import { useBudget } from "../../src/state/budget-store.ts";
import { useDataset } from "../../src/state/dataset-store.ts";
import { loadModel } from "../../src/state/model-actions.ts";
import { modelNotReady, useModel } from "../../src/state/model-store.ts";
import { startRun } from "../../src/state/run-actions.ts";
import { chooseKind, useTrainForm } from "../../src/state/train-form.ts";
import { useRuns } from "../../src/state/runs-store.ts";

/** Calls that wait until the test lets them go on, by what they are called and of which model. */
const waiting = new Map<string, { go: () => void; fail: (error: Error) => void }>();
const held = (name: string): Promise<void> => new Promise((resolve, reject) => waiting.set(name, { go: resolve, fail: reject }));
const names: string[] = [];

const nameOf = (source: ModelSource | null): string => (source && "name" in source ? source.name : (source?.kind ?? "loaded"));
const info = (name: string): ModelInfo =>
  ({ name, quantization: "int4", quantizeHead: false, held: { requested: "int4" }, cache: { state: "not-stored" } }) as ModelInfo;
const report = ({ run }: BudgetRequest, listing?: HubListing) =>
  ({ run, fits: true, totalBytes: 1, ...(listing ? { listing } : {}) }) as BudgetReport;
let holds: readonly string[] = [];
/** What a budget is refused with, by the kind of method. */
let refusals: Readonly<Record<string, AtelierError>> = {};
const call = async (name: string): Promise<void> => {
  names.push(name);
  if (holds.includes(name)) await held(name);
};
const listing: HubListing = { endpoint: "https://hub.test", id: "a/b", revision: "main", commit: "abc", files: new Map() };
const budgets: BudgetRequest[] = [];
const loads: LoadRequest[] = [];
const starts: TrainRequest[] = [];
const opened: unknown[][] = [];

vi.mock("../../src/client/engine-client.ts", () => ({
  engine: {
    budget: async (request: BudgetRequest) => {
      budgets.push(request);
      await call(`budget ${nameOf(request.source)}`);
      const refusal = refusals[request.run.method.kind];
      if (refusal) throw refusal;
      return request.source?.kind === "hub" ? report(request, request.listing ?? listing) : report(request);
    },
    load: async (request: LoadRequest) => {
      loads.push(request);
      await call(`load ${nameOf(request.source)}`);
      return { ...info(nameOf(request.source)), ...(request.listing ? { listing: request.listing } : {}) };
    },
    cachedModels: async () => ({ entries: [], usageBytes: 0, quotaBytes: 0 }),
    startRun: async (request: TrainRequest) => (starts.push(request), "run"),
    listRuns: async () => [],
  },
}));
vi.mock("../../src/client/data-client.ts", () => ({
  data: {
    openTokenizer: async (source: ModelSource, ...more: unknown[]) => {
      opened.push([nameOf(source), ...more]);
      await call(`tokenizer ${nameOf(source)}`);
    },
    closeTokenizer: () => call("close"),
    preview: async () => [],
    prepare: async () => {
      await call("prepare");
      return { data: { name: "x", train: [], validation: [] }, issues: [], longest: 1, learnedTokens: 1, totalTokens: 1 };
    },
  },
}));

const a = { kind: "files", name: "a", files: [] } as const;
const b = { kind: "files", name: "b", files: [] } as const;
const until = (name: string): Promise<void> => vi.waitFor(() => expect(waiting.has(name)).toBe(true));
const go = (name: string): void => waiting.get(name)?.go();
const state = () => useModel.getState();

beforeEach(() => {
  waiting.clear();
  holds = [];
  refusals = {};
  useTrainForm.setState(useTrainForm.getInitialState());
  useBudget.setState(useBudget.getInitialState());
  for (const list of [names, budgets, loads, starts, opened]) list.length = 0;
  useModel.setState(useModel.getInitialState());
  useRuns.setState(useRuns.getInitialState());
  useDataset.setState(useDataset.getInitialState());
});

describe("two overlapping loads", () => {
  it("end with the second, though the tokenizer of the first comes last", async () => {
    holds = ["tokenizer a"];
    const first = loadModel({ source: a });
    await until("tokenizer a");
    expect(modelNotReady(state())?.key).toBe("state/no-tokenizer");
    await loadModel({ source: b });
    expect(state()).toMatchObject({ model: { name: "b" }, source: b, tokenizer: "open", loading: null });
    go("tokenizer a");
    await first;
    expect(state()).toMatchObject({ model: { name: "b" }, source: b, tokenizer: "open", error: null });
  });

  it("keep the second's tokenizer where the first's fails late", async () => {
    holds = ["tokenizer a"];
    const first = loadModel({ source: a });
    await until("tokenizer a");
    await loadModel({ source: b });
    waiting.get("tokenizer a")?.fail(new Error("gone"));
    await first;
    expect(state()).toMatchObject({ model: { name: "b" }, tokenizer: "open", error: null });
    expect(names).not.toContain("close");
  });

  it("end with the second, though the first was asked about for longer", async () => {
    holds = ["budget a"];
    const first = loadModel({ source: a });
    await until("budget a");
    await loadModel({ source: b });
    go("budget a");
    expect(await first).toBe(false);
    expect(loads.map(({ source }) => nameOf(source))).toEqual(["b"]);
    expect(state()).toMatchObject({ model: { name: "b" }, tokenizer: "open", loading: null });
  });

  it("are not over while the second goes on", async () => {
    holds = ["load a", "load b"];
    const first = loadModel({ source: a });
    await until("load a");
    const second = loadModel({ source: b });
    await until("load b");
    go("load a");
    await first;
    expect(state().model?.name).toBe("a");
    expect(state().loading).not.toBeNull();
    expect(modelNotReady(state())?.key).toBe("state/no-model");
    go("load b");
    await second;
    expect(state()).toMatchObject({ model: { name: "b" }, loading: null, tokenizer: "open" });
  });
});

describe("a tokenizer that cannot be read", () => {
  it("leaves no other model's in place", async () => {
    await loadModel({ source: a });
    holds = ["tokenizer b"];
    const load = loadModel({ source: b });
    await until("tokenizer b");
    waiting.get("tokenizer b")?.fail(new Error("gone"));
    await load;
    expect(state()).toMatchObject({ model: { name: "b" }, tokenizer: "none", error: { params: { what: "gone" } } });
    expect(names).toContain("close");
  });
});

describe("Train", () => {
  it("starts nothing where another model came while the examples were tokenized", async () => {
    await loadModel({ source: a });
    holds = ["prepare"];
    const run = startRun();
    await until("prepare");
    await loadModel({ source: b });
    go("prepare");
    await run;
    expect(starts).toEqual([]);
    expect(useRuns.getState().error?.code).toBe("run/model-changed");
  });

  it("starts nothing where other data was opened meanwhile", async () => {
    await loadModel({ source: a });
    holds = ["prepare"];
    const run = startRun();
    await until("prepare");
    useDataset.setState({ files: [new File(["{}"], "other.jsonl")] });
    go("prepare");
    await run;
    expect(starts).toEqual([]);
    expect(useRuns.getState().error?.code).toBe("run/data-changed");
  });

  it("starts nothing while another model is being loaded, and starts otherwise", async () => {
    await loadModel({ source: a });
    holds = ["prepare", "load b"];
    const run = startRun();
    await until("prepare");
    const load = loadModel({ source: b });
    await until("load b");
    go("prepare");
    await run;
    expect(starts).toEqual([]);
    go("load b");
    await load;
    holds = [];
    await startRun();
    expect(starts).toHaveLength(1);
  });
});

describe("a model of a hub", () => {
  it("is looked at, loaded and tokenized by one list of files", async () => {
    const hub = { kind: "hub", id: "a/b", revision: "main", endpoint: "https://hub.test" } as const;
    const { loadBudget } = await look(hub);
    await loadModel({ ...loadBudget.requested, regardless: true });
    expect(budgets.map((request) => request.listing)).toEqual([undefined, listing, listing, listing]);
    expect(loads.map((request) => request.listing)).toEqual([listing]);
    expect(opened).toEqual([["hub", undefined, undefined, listing]]);
  });

  it("is held with the words of what the training form cannot be for it, and with the least training", async () => {
    const refusal = new AtelierError("config/invalid#blocks", { module: "q_proj", width: "42", size: "4" });
    chooseKind("method", "boft");
    refusals = { boft: refusal };
    const hub = { kind: "hub", id: "a/b", revision: "main", endpoint: "https://hub.test" } as const;
    const { loadBudget } = await look(hub);
    expect(budgets.map(({ run }) => run.method.kind)).toEqual(["lora", "boft"]);
    expect(loadBudget.refused).toMatchObject({ key: refusal.key, params: refusal.params });
    expect(loadBudget.report.run.method).toMatchObject({ kind: "lora", rank: 1 });
    refusals = {};
    const { loadBudget: next } = await look(hub);
    expect(next).toMatchObject({ refused: null, report: { run: { method: { kind: "boft" } } } });
  });
});

async function look(source: ModelSource) {
  expect(await loadModel({ source })).toBe(false);
  const { load } = useBudget.getState();
  if (load?.held !== "review") throw new Error("The load was not held back.");
  return { loadBudget: load };
}
