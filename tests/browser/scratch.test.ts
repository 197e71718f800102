// A model from scratch, as the page makes it: its tokenizer of the data, its weights of a seed; it learns, goes on to the same bits in a
// browser that has nothing but the state file, and goes out as a model that loads and answers alike.
import { beforeAll, describe, expect, it } from "vitest";
import type { NewModelShape } from "../../src/config/new-model.ts";
import { parseRunConfig, type RunConfig } from "../../src/config/run-config.ts";
import { shapeOf } from "../../src/config/run-shape.ts";
import type { NewModel, PreparedData } from "../../src/protocol/data-api.ts";
import { DataSession } from "../../src/session/data/data-session.ts";
import { failureOf } from "../support/errors.ts";
import { Driver, greedy, ignore } from "../support/session.ts";
import { tinyConfig, tinyModelFiles } from "../support/tiny-model.ts";

const rhyme = "The cat sat on the mat. The dog sat on the log. The frog sat on the rock. The fox sat in the box.";
const file = new File([`${JSON.stringify({ text: rhyme })}\n${JSON.stringify({ text: `${rhyme} The end.` })}\n`], "rhymes.jsonl");
const method = { kind: "scratch", width: 32, depth: 2, heads: 2, context: 64, vocabulary: 280 } as const;

function configOf(steps = 12): RunConfig {
  return parseRunConfig({
    data: { batchSize: 2, seqLength: 64, validationFraction: 0, seed: 5 },
    method,
    stopping: { steps, evaluateEvery: 0, checkpointEvery: 0 },
  });
}

const shape = configOf().method as NewModelShape;
const data = new DataSession();
let made: NewModel;
let prepared: PreparedData;

beforeAll(async () => {
  await data.parse(file, ignore);
  made = await data.newModel({ shape, seed: 5 }, ignore);
  await data.openTokenizer({ kind: "files", name: "new", files: made.files });
  const { seqLength, turns, validationFraction, seed } = configOf().data;
  prepared = await data.prepare({ seqLength, turns, validationFraction, seed }, ignore);
});

const load = async (files = made.files): Promise<Driver> =>
  Driver.load("wasm", { source: { kind: "files", name: "new", files }, quantization: "none" });

async function trained(driver: Driver, stopAfter?: number): Promise<string> {
  const request = { name: "new", config: configOf(), data: prepared.data };
  const id = await driver.session.startRun(stopAfter === undefined ? request : { ...request, stopAfter });
  await driver.end(id);
  return id;
}

describe("a new model", { timeout: 120_000 }, () => {
  it("has the tokens that there are, and says how many", () => {
    expect(made.files.map(({ name }) => name)).toEqual(["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]);
    expect(made.vocabulary).toBeLessThanOrEqual(280);
    expect(made.vocabulary).toBeGreaterThan(257);
  });

  it("learns, and is a whole model when it goes out", async () => {
    const driver = await load();
    const id = await trained(driver);
    const losses = await driver.losses(id);
    // At the start every token is as likely as any other.
    expect(losses[0]).toBeCloseTo(Math.log(made.vocabulary), 1);
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) - 0.3);
    const out = await driver.session.exportAdapter(id);
    expect(out.map(({ name }) => name)).toEqual([...made.files.map(({ name }) => name), "history.jsonl"]);
    const tuned = await driver.session.logits([0, 40, 50], id);
    const again = await load(out.map(({ name, bytes }) => new File([bytes as Uint8Array<ArrayBuffer>], name)));
    expect(await again.session.logits([0, 40, 50], null)).toEqual(tuned);
    // The same folder as what was tuned of the model that it began as.
    const imported = await driver.session.importAdapter("again", out);
    expect(await driver.session.logits([0, 40, 50], imported)).toEqual(tuned);
    const answer = await driver.session.generate({ prompt: { kind: "text", text: "The cat" }, runId: id, sampling: greedy }, ignore);
    expect(answer.ids.length).toBeGreaterThan(0);
  });

  it("goes on to the same bits where nothing is there but the state file", async () => {
    const driver = await load();
    const [whole, cut] = [await trained(driver), await trained(driver, 5)];
    const { bytes } = await driver.session.exportState(cut);
    const elsewhere = new Driver();
    const id = await elsewhere.session.importState(bytes);
    const files = await new DataSession().modelOfRun(id);
    if (!files) throw new Error("The run has no model of its own.");
    await elsewhere.load("wasm", { source: { kind: "files", name: "new", files }, quantization: "none" });
    await elsewhere.session.resumeRun(id);
    expect(await elsewhere.end(id)).toBe("finished");
    expect(await elsewhere.adapter(id)).toEqual(await driver.adapter(whole));
  });

  it("may have the tokenizer of the model that is there", async () => {
    const session = new DataSession();
    await session.openTokenizer({ kind: "files", name: "tiny", files: tinyModelFiles() });
    const { files, vocabulary } = await session.newModel({ shape: { ...shape, vocabulary: 0 }, seed: 5 }, ignore);
    const driver = new Driver();
    const info = await driver.load("wasm", { source: { kind: "files", name: "new", files }, quantization: "none" });
    expect([vocabulary, info.vocabularySize]).toEqual([tinyConfig.vocab_size, tinyConfig.vocab_size]);
    const prompt = { kind: "chat", messages: [{ role: "user", content: "Who?" }] } as const;
    const { promptTokens } = await driver.session.generate({ prompt, runId: null, sampling: greedy }, ignore);
    expect(promptTokens).toBeGreaterThan(4);
  });

  it("is budgeted without being there, as it is once it is loaded", async () => {
    const driver = await Driver.load("wasm");
    const run = shapeOf({ ...configOf(), method: { ...shape, vocabulary: made.vocabulary } });
    const before = await driver.session.budget({ source: null, quantization: "int4", provider: "wasm", run });
    expect(before.quantization).toBe("none");
    const there = await load();
    const after = await there.session.budget({ source: null, quantization: "none", provider: "wasm", run });
    expect(after.parts).toEqual(before.parts);
  });

  it("is refused on another model", async () => {
    const driver = await Driver.load("wasm", { quantization: "none" });
    const { tokenizer: _of, ...unbound } = prepared.data;
    const refused = await failureOf(() => driver.session.startRun({ name: "new", config: configOf(), data: unbound }));
    expect([refused.key, refused.params["width"]]).toEqual(["config/invalid#not-new", 32]);
  });
});
