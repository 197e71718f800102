// Claim: the table of compared forms holds what the worker told and nothing else, all of it of the same tokens, and names what the
// perplexities are compared with; a measurement asks for what is missing, over the user's data where there are any.
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BudgetReport } from "../../src/protocol/budget-api.ts";
import type { CompareEnd, CompareNews, CompareRequest, ComparedForm, MeasuredForm } from "../../src/protocol/compare-api.ts";
import type { BudgetRequest, ModelInfo } from "../../src/protocol/models-api.ts";
import {
  addToComparison,
  cancelComparison,
  followModel,
  isOutdated,
  measureForms,
  openComparison,
} from "../../src/state/compare-actions.ts";
import { applyNews, comparedShare, compareRows, keyOf, referenceOf, useCompare, type CompareState } from "../../src/state/compare-store.ts";
import { useDataset } from "../../src/state/dataset-store.ts";
import { useModel } from "../../src/state/model-store.ts";
import { setKnob, useTrainForm } from "../../src/state/train-form.ts";
import { english } from "../support/words.ts";

const bits: Readonly<Record<string, number>> = { "as-published": 5, none: 32, f16: 16, int8: 9, int4: 5, "int4-asym": 5.125 };
const requests: CompareRequest[] = [];
const told: { news: (news: CompareNews) => void; end: (end: CompareEnd) => void; fail: (error: Error) => void }[] = [];
const prepared: unknown[] = [];
const texts: unknown[] = [];
let publishedName = "as-published";
let readsData: Promise<void> = Promise.resolve();

vi.mock("../../src/client/engine-client.ts", () => ({
  engine: {
    budget: async ({ quantization }: BudgetRequest) =>
      ({
        held: {
          requested: quantization,
          form: quantization === "as-published" ? publishedName : quantization,
          bitsPerWeight: bits[quantization] ?? 4.5,
        },
        parts: { weights: 1000 * (bits[quantization] ?? 4.5) },
      }) as BudgetReport,
    compareForms: (request: CompareRequest, news: (news: CompareNews) => void) => {
      requests.push(request);
      return new Promise<CompareEnd>((end, fail) => told.push({ news, end, fail }));
    },
    cancelComparison: async () => told.at(-1)?.end("ended"),
  },
}));
vi.mock("../../src/client/data-client.ts", () => ({
  data: {
    prepare: async (request: unknown) => {
      prepared.push(request);
      await readsData;
      return { data: { train: [{ line: 1 }] } };
    },
    textRows: async (file: File, request: unknown) => (texts.push([file.name, request]), [{ line: 2 }]),
  },
}));
vi.mock("../../src/client/sample-file.ts", () => ({ fetchSample: async (name: string) => new File([], name) }));

const form = (quantization: ComparedForm["quantization"], quantizeHead = false): ComparedForm => ({ quantization, quantizeHead });
const measured = (of: ComparedForm, loss: number): MeasuredForm => ({ form: of, bitsPerWeight: 5, bytes: 7, loss, tokens: 10, stepMs: 20 });
const model = (changes: Partial<ModelInfo> = {}): ModelInfo =>
  ({
    name: "tiny",
    provider: "wasm",
    parameters: 9,
    contextLength: 512,
    quantization: "int8",
    quantizeHead: false,
    ...changes,
  }) as ModelInfo;
const state = (): CompareState => useCompare.getState();
const keys = (): readonly string[] => compareRows(state(), model()).map(({ key }) => key);
const last = () => told.at(-1) as (typeof told)[number];
const asked = (count: number): Promise<void> => vi.waitFor(() => expect(requests).toHaveLength(count));

beforeEach(() => {
  for (const list of [requests, told, prepared, texts]) list.length = 0;
  publishedName = "as-published";
  readsData = Promise.resolve();
  useCompare.setState(useCompare.getInitialState());
  useDataset.setState(useDataset.getInitialState());
  useTrainForm.setState(useTrainForm.getInitialState());
  useModel.setState({ ...useModel.getInitialState(), model: model(), tokenizer: "open" });
});

describe("the table", () => {
  it("has the usual forms, the exact one first, and the one that is loaded; as published where the file has forms", async () => {
    await openComparison();
    expect(keys()).toEqual(["none", "f16", "int8", "int4-asym", "int4"]);
    publishedName = "Q4_1";
    useModel.setState({ model: model({ quantization: "nf4", quantizeHead: true }) });
    await openComparison();
    const rows = compareRows(state(), model({ quantization: "nf4", quantizeHead: true }));
    expect(rows.slice(0, 2).map(({ key }) => key)).toEqual(["as-published", "none"]);
    expect(rows.filter(({ isLoaded }) => isLoaded).map(({ key }) => key)).toEqual(["nf4+head"]);
    expect(english.text(rows[0]?.label ?? "")).toBe("As published: Q4_1");
  });

  it("compares with the exact numbers where they are measured, else with the most bits, and says which", async () => {
    await openComparison();
    const rowsWith = (...found: readonly MeasuredForm[]) => {
      useCompare.setState({ found: Object.fromEntries(found.map((one) => [keyOf(one.form), one])) });
      return compareRows(state(), model());
    };
    const rows = rowsWith(measured(form("none"), 2), measured(form("int4"), 2 + Math.log(1.3)), measured(form("int8"), 2 + Math.log(1.01)));
    const byKey = Object.fromEntries(rows.map((row) => [row.key, row]));
    expect(byKey["int4"]?.ratio).toBeCloseTo(1.3, 12);
    expect(byKey["int8"]?.ratio).toBeCloseTo(1.01, 12);
    expect(byKey["f16"]?.ratio).toBeNull();
    expect(byKey["int4"]?.excess).toBe(1);
    expect(byKey["int8"]?.excess).toBeCloseTo(0.01 / 0.3, 10);
    expect(referenceOf(rows)).toMatchObject({ isExact: true, label: { key: "quantization/none-label" } });
    const nearest = rowsWith(measured(form("int4"), 2.2), measured(form("int8"), 2));
    expect(referenceOf(nearest)).toMatchObject({ isExact: false, label: { key: "quantization/int8-label" } });
    // What is only noise fills no bar.
    expect(rowsWith(measured(form("none"), 2), measured(form("int8"), 2.001)).every(({ excess }) => excess < 0.03)).toBe(true);
  });

  it("takes the worker's news in, and knows how far it is", () => {
    let now: CompareState = { ...state(), asked: 2, working: { kind: "reading" } };
    const hear = (news: CompareNews): void => void (now = { ...now, ...applyNews(now, news) });
    expect(comparedShare(now)).toBe(0);
    hear({ kind: "loading", form: form("int4"), fraction: 1 });
    const loaded = comparedShare(now);
    hear({ kind: "measuring", form: form("int4"), tokens: 5, of: 10 });
    expect(comparedShare(now)).toBeGreaterThan(loaded);
    hear({ kind: "measured", found: measured(form("int4"), 3) });
    expect(now.found["int4"]?.loss).toBe(3);
    hear({ kind: "left-out", form: form("f16"), error: { code: "engine/no-float16", key: "engine/no-float16", params: {} } });
    expect(now.left["f16"]?.code).toBe("engine/no-float16");
    expect(now.done).toBe(2);
  });
});

describe("a measurement", () => {
  it("goes over the neutral text without data, and over what is learned of a dataset", async () => {
    await openComparison();
    void measureForms();
    await asked(1);
    expect(texts).toEqual([["neutral.txt", { seqLength: 512, tokens: 2000 }]]);
    expect(requests[0]).toMatchObject({ over: { rows: [{ line: 2 }], tokens: 2000 }, source: { kind: "bundled" } });
    expect(requests[0]?.forms.map(keyOf)).toEqual(["none", "f16", "int8", "int4-asym", "int4"]);
    last().end("done");
    await vi.waitFor(() => expect(state().working).toBeNull());
    useDataset.setState({ report: { name: "mine.jsonl", validCount: 3 } as never });
    setKnob("seqLength", "128");
    void measureForms();
    await asked(2);
    expect(prepared).toMatchObject([{ seqLength: 128, validationFraction: 0 }]);
    expect(requests[1]).toMatchObject({
      over: { rows: [{ line: 1 }] },
      run: { seqLength: 128, batchSize: 8, method: { kind: "lora", rank: 16 } },
    });
    expect(state().over).toEqual({ name: "mine.jsonl" });
  });

  it("asks for what is missing alone, and for all again where the settings have changed", async () => {
    await openComparison();
    void measureForms();
    await asked(1);
    for (const of of requests[0]?.forms ?? []) last().news({ kind: "measured", found: measured(of, 2) });
    last().end("done");
    await vi.waitFor(() => expect(state().working).toBeNull());
    addToComparison("nf4");
    expect(isOutdated(model())).toBe(false);
    void measureForms();
    await asked(2);
    expect(requests[1]?.forms).toEqual([form("nf4")]);
    last().end("done");
    await vi.waitFor(() => expect(state().working).toBeNull());
    setKnob("batchSize", "2");
    expect(isOutdated(model())).toBe(true);
    void measureForms();
    await asked(3);
    expect(requests[2]?.forms).toHaveLength(6);
    expect(state().found).toEqual({});
  });

  it("that is cancelled keeps what was measured and says so, also before the first form", async () => {
    await openComparison();
    void measureForms();
    await asked(1);
    last().news({ kind: "measured", found: measured(form("none"), 2) });
    await cancelComparison();
    await vi.waitFor(() => expect(state().working).toBeNull());
    expect(state()).toMatchObject({ note: { key: "compare/ended" }, error: null });
    expect(Object.keys(state().found)).toEqual(["none"]);
    let go = (): void => undefined;
    readsData = new Promise((resolve) => (go = resolve));
    useDataset.setState({ report: { name: "mine.jsonl", validCount: 3 } as never });
    const measuring = measureForms();
    await cancelComparison();
    go();
    await measuring;
    expect(requests).toHaveLength(1);
    expect(state().working).toBeNull();
  });

  it("is forgotten with its model, and what it tells later is not taken", async () => {
    followModel();
    await openComparison();
    void measureForms();
    await asked(1);
    last().news({ kind: "measured", found: measured(form("none"), 2) });
    useModel.setState({ model: model({ quantization: "int4" }) });
    expect(Object.keys(state().found)).toEqual(["none"]);
    useModel.setState({ model: model({ name: "other" }) });
    expect(state()).toMatchObject({ found: {}, isOpen: true, working: null });
    last().news({ kind: "measured", found: measured(form("int4"), 2) });
    last().end("done");
    expect(state().found).toEqual({});
  });

  it("shows what it failed with", async () => {
    await openComparison();
    void measureForms();
    await asked(1);
    last().fail(new Error("gone"));
    await vi.waitFor(() => expect(state()).toMatchObject({ working: null, error: { code: "internal/unexpected" } }));
  });
});
