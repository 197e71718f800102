// Claim: what a comparison says of a form is what loading that form says, and the model that was loaded is there after it, alone.
import { describe, expect, it } from "vitest";
import { parseRunConfig } from "../../src/config/run-config.ts";
import type { CompareNews, CompareRequest, ComparedForm, MeasuredForm } from "../../src/protocol/compare-api.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { createOrtEngine } from "../../src/runtime/ort-engine.ts";
import { measuredBatches } from "../../src/tokens/measured-rows.ts";
import { tinyFloatBytes, withBuiltIn } from "../support/built-in.ts";
import { shapeWith } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { Driver, ignore, quick, sentences } from "../support/session.ts";
import { tinyModelFiles, tinyWeights } from "../support/tiny-model.ts";

const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
const form = (quantization: ComparedForm["quantization"]): ComparedForm => ({ quantization, quantizeHead: false });
const run = shapeWith({ data: { batchSize: 2, accumulate: 2, seqLength: 32 }, method: { rank: 2 } });
const request = (forms: readonly ComparedForm[], changes: Partial<CompareRequest> = {}): CompareRequest => ({
  source,
  forms,
  over: { rows: sentences.train, tokens: 2000 },
  run,
  ...changes,
});

/** A model in int8, and what is allocated on its engine. */
async function loaded(): Promise<{ readonly driver: Driver; readonly liveBytes: () => number }> {
  let engine: Engine | undefined;
  const driver = new Driver(async (provider) => (engine = await createOrtEngine(provider)));
  await driver.load("wasm", { quantization: "int8" });
  return { driver, liveBytes: () => engine?.memory().liveBytes ?? 0 };
}

async function compare(driver: Driver, asked: CompareRequest, onNews: (news: CompareNews) => void = ignore) {
  const news: CompareNews[] = [];
  const end = await driver.session.compareForms(asked, (one) => {
    news.push(one);
    onNews(one);
  });
  const found = news.flatMap((one): MeasuredForm[] => (one.kind === "measured" ? [one.found] : []));
  return { end, news, found };
}

/** The mean over all batches, with the form as the one loaded model. */
async function lossOf({ quantization, quantizeHead }: ComparedForm) {
  const driver = await Driver.load("wasm", { quantization, quantizeHead });
  let [sum, tokens] = [0, 0];
  for (const batch of measuredBatches(sentences.train, 128)) {
    const { loss, tokenCount } = await driver.session.loss(batch, null, false);
    sum += loss * tokenCount;
    tokens += tokenCount;
  }
  return { loss: sum / tokens, tokens };
}

describe("a comparison of forms", () => {
  it("measures the loaded form and others as if each were loaded alone, and lets go of them", async () => {
    const { driver, liveBytes } = await loaded();
    const before = liveBytes();
    const forms = [form("int8"), form("none"), { quantization: "int4", quantizeHead: true } as const];
    const { end, news, found } = await compare(driver, request(forms));
    expect(end).toBe("done");
    expect(found.map((one) => one.form)).toEqual(forms);
    for (const { form: of, loss, tokens, stepMs } of found) {
      expect({ loss, tokens }).toEqual(await lossOf(of));
      expect(stepMs).toBeGreaterThan(0);
    }
    expect(found.map(({ bitsPerWeight }) => bitsPerWeight)[1]).toBe(32);
    expect(found[1]?.bytes).toBeGreaterThan(found[0]?.bytes ?? 0);
    expect(found[0]?.bytes).toBeGreaterThan(found[2]?.bytes ?? 0);
    // The loaded form is not loaded again.
    expect(news.some((one) => one.kind === "loading" && one.form.quantization === "int8")).toBe(false);
    expect(liveBytes()).toBe(before);
    expect(await driver.train({ steps: 1 })).toBeTypeOf("string");
  });

  it("measures by the programs that answer where it is asked to: the same as float32, nearly so as codes, not where there are none", async () => {
    const { driver } = await loaded();
    const asked = request([form("int8")], { run: null, asChatted: true });
    const chatted = async (): Promise<Partial<MeasuredForm> | undefined> => (await compare(driver, asked)).found[0];
    const exact = await chatted();
    expect(Math.abs((exact?.chatLoss ?? 0) - (exact?.loss ?? 1))).toBeLessThan(1e-5);
    await withBuiltIn(tinyFloatBytes - 1, async () => {
      const off = Math.abs(((await chatted())?.chatLoss ?? 0) - (exact?.loss ?? 1));
      expect(off).toBeGreaterThan(1e-6);
      expect(off).toBeLessThan(0.02);
    });
    await withBuiltIn(0, async () => expect(await chatted()).not.toHaveProperty("chatLoss"));
    expect((await compare(driver, request([form("int8")], { run: null }))).found[0]).not.toHaveProperty("chatLoss");
  });

  it("counts the first so many predicted tokens, and times no step where none is asked for", async () => {
    const { driver } = await loaded();
    const { found } = await compare(driver, request([form("int8")], { over: { rows: sentences.train, tokens: 5 }, run: null }));
    expect(found).toMatchObject([{ tokens: 5, stepMs: null }]);
    const nothing = request([form("int8")], { over: { rows: [], tokens: 5 } });
    expect((await failureOf(() => compare(driver, nothing))).code).toBe("quality/nothing-to-measure");
  });

  it("that is cancelled keeps what was measured, and nothing else", async () => {
    const { driver, liveBytes } = await loaded();
    const before = liveBytes();
    const { end, found } = await compare(driver, request([form("none"), form("int4")]), (news) => {
      if (news.kind === "loading" && news.form.quantization === "int4") void driver.session.cancelComparison();
    });
    expect(end).toBe("ended");
    expect(found.map((one) => one.form)).toEqual([form("none")]);
    expect(liveBytes()).toBe(before);
  });

  it("names a form that cannot be had, and goes on with the others", async () => {
    const { driver, liveBytes } = await loaded();
    const before = liveBytes();
    const files = tinyModelFiles({ "model.safetensors": tinyWeights().slice(0, -100) });
    const { end, news, found } = await compare(driver, request([form("none"), form("int8")], { source: { ...source, files } }));
    expect(end).toBe("done");
    expect(news.find(({ kind }) => kind === "left-out")).toMatchObject({ form: form("none"), error: { code: "model/file-truncated" } });
    expect(found.map((one) => one.form)).toEqual([form("int8")]);
    expect(liveBytes()).toBe(before);
  });

  it("leaves out the forms on which full fine-tuning makes no sense, with the reason, and times the others", async () => {
    const { driver, liveBytes } = await loaded();
    const before = liveBytes();
    const asked = request([form("int8"), form("none"), form("int4")], { run: { ...run, method: { kind: "full" } } });
    const { end, news, found } = await compare(driver, asked);
    expect(end).toBe("done");
    expect(found).toMatchObject([{ form: form("none"), loss: (await lossOf(form("none"))).loss, stepMs: expect.any(Number) }]);
    const refused = news.flatMap((one) =>
      one.kind === "left-out" ? [[one.form.quantization, one.error.key, one.error.params["held"]]] : [],
    );
    expect(refused).toEqual([
      ["int8", "config/invalid#quantized-base", "int8"],
      ["int4", "config/invalid#quantized-base", "int4"],
    ]);
    // Nothing was measured of a form that is left out.
    expect(news.some((one) => one.kind === "measuring" && one.form.quantization !== "none")).toBe(false);
    expect(liveBytes()).toBe(before);
  });

  it.each([{ kind: "last-k", lastLayers: 1 } as const, { kind: "embedding" } as const])(
    "times the steps of $kind in every form",
    async (method) => {
      const { driver, liveBytes } = await loaded();
      const before = liveBytes();
      const { found } = await compare(driver, request([form("int8"), form("none")], { run: { ...run, method } }));
      expect(found.map(({ stepMs }) => stepMs)).toEqual([expect.any(Number), expect.any(Number)]);
      expect(liveBytes()).toBe(before);
    },
  );

  it("is of the weights as they were loaded, also after all of them were trained", async () => {
    const driver = await Driver.load("wasm", { quantization: "none" });
    const id = await driver.session.startRun({
      name: "full",
      config: parseRunConfig({ ...quick, method: { kind: "full" }, stopping: { ...quick.stopping, steps: 2 } }),
      data: sentences,
    });
    expect(await driver.end(id)).toBe("finished");
    await driver.session.logits([1, 50, 60], id);
    const { found } = await compare(driver, request([form("none"), form("int8")], { run: null }));
    for (const { form: of, loss, tokens } of found) expect({ loss, tokens }).toEqual(await lossOf(of));
  });

  it("is ended by a load, and refused while a run trains", async () => {
    const { driver } = await loaded();
    let next: Promise<unknown> | undefined;
    const { end } = await compare(driver, request([form("none"), form("int4")]), ({ kind }) => {
      if (kind === "measured") next ??= driver.load("wasm", { quantization: "int4" });
    });
    expect(end).toBe("ended");
    expect(await next).toMatchObject({ quantization: "int4" });
    const id = await driver.start({ steps: 500 });
    expect((await failureOf(() => compare(driver, request([form("int4")])))).code).toBe("run/busy");
    await driver.session.stopRun(id);
  });
});
