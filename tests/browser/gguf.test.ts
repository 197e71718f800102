// A single .gguf file, picked as a user picks it: it loads, gives the logits of the folder that it was made from, trains and chats.
import { describe, expect, it } from "vitest";
import { DataSession } from "../../src/session/data/data-session.ts";
import { failureOf } from "../support/errors.ts";
import { tinyGguf } from "../support/gguf-model.ts";
import { Driver, greedy, ignore } from "../support/session.ts";

const load = async (driver: Driver, file: File) =>
  driver.load("wasm", { source: { kind: "files", name: "tiny.gguf", files: [file] }, quantization: "none" });
const ids = [1, 40, 41, 42, 99, 7];

describe("a GGUF file", () => {
  it("in F32 gives the folder's logits to the bit", async () => {
    const folder = await Driver.load("wasm", { quantization: "none" });
    const driver = new Driver();
    const info = await load(driver, await tinyGguf("F32"));
    expect(info).toMatchObject({ family: "llama", layers: 2, vocabularySize: 264, hasChatTemplate: true });
    expect(await driver.session.logits(ids, null)).toEqual(await folder.session.logits(ids, null));
  });

  it.each([
    ["F16", 2e-3],
    ["Q8_0", 5e-2],
  ] as const)("in %s gives nearly the folder's logits", async (storage, tolerance) => {
    const folder = await Driver.load("wasm", { quantization: "none" });
    const driver = new Driver();
    await load(driver, await tinyGguf(storage));
    const [mine, exact] = [await driver.session.logits(ids, null), await folder.session.logits(ids, null)];
    const norm = (values: Float32Array): number => Math.hypot(...values);
    expect(norm(mine.map((value, at) => value - (exact[at] as number))) / norm(exact)).toBeLessThan(tolerance);
  });

  it("trains and chats", async () => {
    const driver = new Driver();
    await load(driver, await tinyGguf("Q8_0"));
    const run = await driver.train({ steps: 30 });
    const losses = await driver.losses(run);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
    const prompt = { kind: "chat", messages: [{ role: "user", content: "Hi" }] } as const;
    const answer = await driver.session.generate({ prompt, runId: run, sampling: greedy }, ignore);
    expect(answer.ids.length).toBeGreaterThan(0);
  });

  it("comes from its copy on this device the second time, with the same logits", async () => {
    const file = await tinyGguf("F16");
    const [first, second] = [new Driver(), new Driver()];
    expect((await load(first, file)).cache.state).toBe("stored");
    expect((await load(second, file)).cache.state).toBe("from-cache");
    expect(await second.session.logits(ids, null)).toEqual(await first.session.logits(ids, null));
  });

  it("gives the data worker its tokenizer", async () => {
    const data = new DataSession();
    await data.openTokenizer({ kind: "files", name: "tiny.gguf", files: [await tinyGguf("F32")] }, undefined);
    await data.parse(new File(['{"prompt": "Hi", "completion": "and"}'], "x.jsonl"), ignore);
    const [preview] = await data.preview(0, 1, { seqLength: 64, turns: "all" });
    expect(preview?.rows?.[0]?.filter(({ learned }) => learned).map(({ text }) => text)).toContain("<|end|>");
  });

  it("that is cut off is refused, and the model before stays", async () => {
    const driver = await Driver.load("wasm", { quantization: "none" });
    const before = await driver.session.logits(ids, null);
    const whole = await tinyGguf("F32");
    const failure = await failureOf(() => load(driver, new File([whole.slice(0, whole.size - 5000)], "tiny.gguf")));
    expect(failure.code).toBe("model/file-truncated");
    expect(await driver.session.logits(ids, null)).toEqual(before);
  });
});
