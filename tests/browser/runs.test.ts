// The course of a run: what is told, how it ends, and what is refused before it starts.
import { expect, it } from "vitest";
import { describeEngines } from "../support/engines.ts";
import { failureOf, told } from "../support/errors.ts";
import { startSampler } from "../../src/tokens/sampler.ts";
import { Driver, example, greedy, ignore, quick, sentences } from "../support/session.ts";
import { tinyConfig, tinyModelFiles, tinyWeights } from "../support/tiny-model.ts";

const prompt = { kind: "text", text: "1?" } as const;

async function recordOf({ session }: Driver, id: string) {
  return (await session.listRuns()).find((record) => record.id === id);
}

it("is told in order, every step once, and the loss falls", async () => {
  const driver = await Driver.load();
  const id = await driver.train({ steps: 30, evaluateEvery: 10, checkpointEvery: 10 });
  expect(driver.events.map(({ seq }) => seq)).toEqual(driver.events.map((_, at) => at + 1));
  const steps = driver.events.flatMap((event) => (event.kind === "steps" ? event.steps.map(({ step }) => step) : []));
  expect(steps).toEqual(Array.from({ length: 30 }, (_, at) => at));
  const validations = driver.events.flatMap((event) => (event.kind === "validation" ? [event.report.step] : []));
  expect(validations).toEqual([0, 10, 20, 30]);
  expect(driver.events.at(-1)).toMatchObject({ kind: "phase", phase: "finished" });
  const losses = await driver.losses(id);
  expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0));
});

it("ends with everything free: whoever hears of the end may start and chat at once", async () => {
  const driver = await Driver.load();
  const first = await driver.start({ steps: 2 });
  const follow = new Promise<unknown>((resolve) => {
    void driver.session.subscribe((event) => {
      if (event.kind !== "phase" || event.phase !== "finished" || event.runId !== first) return;
      const chat = driver.session.generate({ prompt, runId: first, sampling: greedy }, ignore);
      resolve(Promise.all([chat, driver.start({ steps: 1 })]));
    });
  });
  await follow;
});

it("stops on request with its adapter kept, and stop outweighs pause", async () => {
  const driver = await Driver.load();
  const id = await driver.start({ steps: 500 });
  await driver.steps(id, 2);
  await Promise.all([driver.session.pauseRun(id), driver.session.stopRun(id)]);
  const run = await recordOf(driver, id);
  expect(run).toMatchObject({ phase: "stopped" });
  expect(run?.checkpointStep).toBe(run?.stepsDone);
  expect((await driver.adapter(id)).length).toBeGreaterThan(1000);
  await driver.session.resumeRun(id, { stopAfter: (run?.stepsDone ?? 0) + 2 });
  expect(await driver.end(id)).toBe("paused");
});

it("is not changed by stopping what has ended", async () => {
  const driver = await Driver.load();
  const id = await driver.train({ steps: 1 });
  await driver.session.stopRun(id);
  expect((await recordOf(driver, id))?.phase).toBe("finished");
  expect((await failureOf(() => driver.session.resumeRun(id))).code).toBe("run/finished");
});

it("that diverges fails in words and keeps its last checkpoint", async () => {
  // One token alone reaches a column of weights that overflows, and the fourth step is the first to see it.
  const config = { ...tinyConfig, tie_word_embeddings: false };
  const bad = 200;
  const spoil = (name: string, data: Float32Array): void => {
    const [width, column] = [tinyConfig.hidden_size, tinyConfig.hidden_size - 1];
    if (name.includes("embed")) for (let at = column; at < data.length; at += width) data[at] = at === bad * width + column ? 1000 : 0;
    if (name.includes("layers.0.self_attn.q_proj")) for (let at = column; at < data.length; at += width) data[at] = 1e38;
  };
  const files = tinyModelFiles({ "model.safetensors": tinyWeights(config, 1, spoil) }, config);
  const driver = await Driver.load("wasm", { source: { kind: "files", name: "spoilt", files } });
  const fourth = startSampler(sentences.train.length, quick.data.seed).take(4)[3];
  const train = sentences.train.map((known, at) => (at === fourth ? { ...known, ids: known.ids.with(1, bad) } : known));
  const id = await driver.start({ batchSize: 1, steps: 20, checkpointEvery: 1 }, { ...sentences, train });
  expect(await driver.end(id)).toBe("failed");
  const run = await recordOf(driver, id);
  expect(run).toMatchObject({ stepsDone: 3, checkpointStep: 3 });
  expect(run).toMatchObject({ phase: "failed", error: { code: "train/diverged" } });
  expect(driver.events.at(-1)).toMatchObject({ kind: "phase", phase: "failed", error: { code: "train/diverged" } });
  const three = await driver.train({ batchSize: 1, steps: 20 }, { ...sentences, train }, 3);
  expect(await driver.adapter(id)).toEqual(await driver.adapter(three));
  // The engine is free for another run.
  await driver.train({ steps: 1 });
});

it("that meets a token outside the vocabulary fails and names it", async () => {
  const driver = await Driver.load();
  const ids = Int32Array.of(5, 999, 6);
  const id = await driver.start({}, { ...sentences, train: [{ line: 1, ids, labels: Int32Array.of(-100, -100, 6) }] });
  expect(await driver.end(id)).toBe("failed");
  const run = await recordOf(driver, id);
  expect(run?.error?.code).toBe("tokens/out-of-vocabulary");
  expect(run?.error && told(run.error).message).toContain("999");
});

it("deleted while it trains is gone", async () => {
  const driver = await Driver.load();
  const id = await driver.start({ steps: 500 });
  await driver.steps(id, 1);
  await driver.session.deleteRun(id);
  expect(await recordOf(driver, id)).toBeUndefined();
  expect((await failureOf(() => driver.session.exportState(id))).code).toBe("checkpoint/missing");
});

it("belongs to one tab at a time", async () => {
  const [one, other] = [await Driver.load(), await Driver.load()];
  const id = await one.start({ steps: 2000 });
  await one.steps(id, 1);
  expect((await recordOf(other, id))?.phase).toBe("running");
  for (const action of ["resumeRun", "stopRun", "deleteRun"] as const) {
    expect((await failureOf(() => other.session[action](id))).code, action).toBe("run/elsewhere");
  }
  await one.session.pauseRun(id);
  await other.session.resumeRun(id, { stopAfter: 1 });
  expect(await other.end(id)).toBe("paused");
});

it("is one at a time, also when two start at once", async () => {
  const driver = await Driver.load();
  const outcomes = await Promise.allSettled([driver.start({ steps: 2000 }), driver.start({ steps: 2000 })]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect((await failureOf(() => driver.load("wasm"))).code).toBe("run/busy");
  for (const outcome of outcomes) if (outcome.status === "fulfilled") await driver.session.stopRun(outcome.value);
});

it("that is asked for while a model loads trains on that model", async () => {
  const driver = await Driver.load();
  const [info, id] = await Promise.all([driver.load("wasm", { quantization: "none" }), driver.start({ steps: 2 })]);
  expect(info.quantization).toBe("none");
  expect(await driver.end(id)).toBe("finished");
  expect((await recordOf(driver, id))?.model.quantization).toBe("none");
});

it("refuses another model until it has ended, then lets it in at once", async () => {
  const driver = await Driver.load();
  const id = await driver.start({ steps: 2000 });
  expect((await failureOf(() => driver.load("wasm"))).code).toBe("run/busy");
  await driver.session.pauseRun(id);
  await driver.load("wasm", { quantization: "none" });
});

it.each([
  ["data/nothing-to-learn", {}, { name: "x", train: [], validation: [] }],
  [
    "data/nothing-to-learn",
    {},
    { name: "x", train: [{ line: 1, ids: Int32Array.of(1, 2), labels: Int32Array.of(1, -100) }], validation: [] },
  ],
  ["data/too-long", {}, { name: "x", train: [example(7, "?", "a".repeat(300))], validation: [] }],
  ["config/invalid", { rank: 0 }, sentences],
])("is refused before it starts: %s", async (code, config, data) => {
  const driver = await Driver.load();
  const before = (await driver.session.listRuns()).length;
  const failure = await failureOf(() => driver.start(config, data));
  expect(failure.code).toBe(code);
  if (code === "data/too-long") expect(failure.message).toContain("Line 7");
  expect(await driver.session.listRuns()).toHaveLength(before);
});

it("on other weights, or other quantization, is refused by the model's name", async () => {
  const driver = await Driver.load();
  const id = await driver.train({}, sentences, 2);
  await driver.load("wasm", { quantization: "none" });
  expect((await failureOf(() => driver.session.resumeRun(id))).code).toBe("run/other-quantization");
  await driver.load("wasm", { quantizeHead: true });
  const withHead = await failureOf(() => driver.session.resumeRun(id));
  expect(withHead).toMatchObject({ code: "run/other-quantization" });
  expect(withHead.message).toContain("int4, the head too");
  const files = tinyModelFiles({ "model.safetensors": tinyWeights(tinyConfig, 2) });
  await driver.load("wasm", { source: { kind: "files", name: "other", files } });
  const failure = await failureOf(() => driver.session.resumeRun(id));
  expect(failure.code).toBe("run/other-model");
  expect(failure.hint).toContain("tiny");
  expect((await failureOf(() => driver.session.generate({ prompt, runId: id, sampling: greedy }, ignore))).code).toBe("run/other-model");
});

describeEngines("a short run", ["wasm", "webgpu"], (provider) => {
  if (provider === "reference") return;
  it("trains, checkpoints, resumes and answers on the engine that was asked for", async () => {
    const driver = new Driver();
    const info = await driver.load(provider);
    expect(info).toMatchObject({ provider, quantization: "int4", name: "tiny" });
    const id = await driver.train({ steps: 4 }, sentences, 2);
    await driver.session.resumeRun(id);
    expect(await driver.end(id)).toBe("finished");
    expect(await driver.losses(id)).toHaveLength(4);
    const answer = await driver.session.generate({ prompt, runId: id, sampling: { ...greedy, maxTokens: 3, temperature: 1 } }, ignore);
    expect(answer.promptTokens).toBe(2);
  });
});
