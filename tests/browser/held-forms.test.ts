// What a load holds where the form is left to it, what a published form does in a whole session, and rounding with texts: cut off and
// taken up again, kept like any other form.
import { beforeEach, describe, expect, it } from "vitest";
import type { LoadProgress, LoadRequest, ModelInfo } from "../../src/protocol/models-api.ts";
import { EngineSession } from "../../src/session/engine-session.ts";
import { createOrtEngine } from "../../src/runtime/ort-engine.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { failureOf } from "../support/errors.ts";
import { tinyGguf } from "../support/gguf-model.ts";
import { relativeError } from "../support/goldens.ts";
import { example, ignore, sentences } from "../support/session.ts";
import { the } from "../support/the.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";
import { english } from "../support/words.ts";

const files = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
const ids = [1, 70, 80, 90];
const engines: Engine[] = [];

const newSession = (): EngineSession =>
  new EngineSession(async (provider) => {
    const engine = await createOrtEngine(provider);
    engines.push(engine);
    return engine;
  });
const load = (
  session: EngineSession,
  changes: Partial<LoadRequest>,
  onProgress: (progress: LoadProgress) => void = ignore,
): Promise<ModelInfo> => session.load({ source: files, quantization: "auto", provider: "wasm", ...changes }, onProgress);

/** Where calibrations that are not done yet are kept. */
const begun = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle("calibrations", { create: true });

async function namesIn(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const [name] of folder.entries()) names.push(name);
  return names;
}

async function clear(): Promise<void> {
  const session = newSession();
  for (const { id } of (await session.cachedModels()).entries) await session.deleteCached(id);
  const calibrations = await begun();
  for (const name of await namesIn(calibrations)) await calibrations.removeEntry(name, { recursive: true });
}

beforeEach(clear);

describe("a form that is left to the app", () => {
  it("is the file's own for a GGUF, with the reason, and comes back from its copy as such", async () => {
    const source = { kind: "files", name: "tiny.gguf", files: [await tinyGguf("Q8_0")] } as const;
    const session = newSession();
    const first = await load(session, { source });
    expect(first).toMatchObject({ quantization: "as-published", held: { requested: "auto" } });
    expect(first.held.form).toContain("Q8_0");
    expect(english.say(the(first.held.reason))).toContain("As published (");
    const logits = await session.logits(ids, null);
    const plain = newSession();
    await load(plain, { source, quantization: "none" });
    expect(relativeError(logits, await plain.logits(ids, null))).toBeLessThan(1e-5);
    const again = newSession();
    const second = await load(again, { source });
    expect(second).toMatchObject({ cache: { state: "from-cache" }, quantization: "as-published", held: first.held });
    expect(await again.logits(ids, null)).toEqual(logits);
  });

  it("is 8 bits for plain numbers where there is room, and has the fingerprint of every other form", async () => {
    const session = newSession();
    const info = await load(session, {});
    expect(info).toMatchObject({ quantization: "int8", held: { requested: "auto", form: "int8" } });
    expect(english.say(the(info.held.reason))).toMatch(/^8 bits: as good as the original/);
    const named = await load(session, { quantization: "int8" });
    expect(named).toMatchObject({ cache: { state: "from-cache" }, held: { requested: "int8" } });
    expect(named.held.reason).toBeUndefined();
  });

  it("trains on a published form as on its numbers", async () => {
    const source = { kind: "files", name: "tiny.gguf", files: [await tinyGguf("Q8_0")] } as const;
    const batch = {
      batch: 1,
      seq: 8,
      ids: Int32Array.of(1, 40, 41, 42, 43, 44, 45, 2),
      labels: Int32Array.of(-100, 40, 41, 42, 43, 44, 45, 2),
      attention: new Uint8Array(8).fill(1),
    };
    const losses: number[] = [];
    for (const quantization of ["as-published", "none"] as const) {
      const session = newSession();
      await load(session, { source, quantization });
      losses.push((await session.loss(batch, null, false)).loss);
    }
    expect(Math.abs(the(losses[0]) / the(losses[1]) - 1)).toBeLessThan(1e-6);
  });
});

describe("int4-mixed", () => {
  it("holds in 8 bits what 4 cost most, is kept, and comes closer than 4 bits alone", async () => {
    const [mixed, again, four, plain] = [newSession(), newSession(), newSession(), newSession()];
    const info = await load(mixed, { quantization: "int4-mixed", calibration });
    expect(info.cache.state).toBe("stored");
    const copy = await load(again, { quantization: "int4-mixed" });
    expect(copy).toMatchObject({ cache: { state: "from-cache" }, held: info.held });
    const logits = await mixed.logits(ids, null);
    expect(await again.logits(ids, null)).toEqual(logits);
    const fine = await load(four, { quantization: "int4-fine" });
    await load(plain, { quantization: "none" });
    expect(info.weightBytes).toBeGreaterThan(fine.weightBytes);
    const exact = await plain.logits(ids, null);
    expect(relativeError(logits, exact)).toBeLessThan(relativeError(await four.logits(ids, null), exact));
  });
});

const calibration = [...sentences.train, example(9, "what is said?", "a longer answer of many letters")];

describe("GPTQ", () => {
  it("says that it needs texts", async () => {
    expect(await failureOf(() => load(newSession(), { quantization: "gptq" }))).toMatchObject({ code: "model/needs-calibration" });
  });

  it("rounds layer by layer with a share and a time left, is kept, and needs no texts from then on", async () => {
    const told: LoadProgress[] = [];
    const session = newSession();
    const first = await load(session, { quantization: "gptq", calibration }, (progress) => void told.push(progress));
    expect(first).toMatchObject({ quantization: "gptq", held: { form: "gptq" }, cache: { state: "stored" } });
    // Widths that are no whole blocks are padded.
    expect(first.held.bitsPerWeight).toBeLessThan(6.5);
    const calibrating = told.filter(({ stage }) => stage === "calibration").map(({ detail }) => english.text(detail));
    expect(calibrating.at(-1)).toMatch(/^Rounded 2 of 2 layers; about \d+ seconds? left$/);
    const logits = await session.logits(ids, null);
    const again = newSession();
    expect((await load(again, { quantization: "gptq" })).cache.state).toBe("from-cache");
    expect(await again.logits(ids, null)).toEqual(logits);
  });

  it("comes closer than rounding without texts, on texts like them", async () => {
    const [plain, rounded, calibrated] = [newSession(), newSession(), newSession()];
    await load(plain, { quantization: "none" });
    await load(rounded, { quantization: "int4" });
    await load(calibrated, { quantization: "gptq", calibration });
    const errors = [0, 0];
    for (const { ids: row } of calibration) {
      const exact = await plain.logits([...row], null);
      for (const [at, session] of [rounded, calibrated].entries())
        errors[at] = the(errors[at]) + relativeError(await session.logits([...row], null), exact);
    }
    expect(the(errors[1])).toBeLessThan(the(errors[0]));
  });

  it("keeps the layers that are done when it is cancelled, and comes to the same codes", async () => {
    const whole = newSession();
    await load(whole, { quantization: "gptq", calibration });
    const logits = await whole.logits(ids, null);
    await clear();
    const session = newSession();
    const cancelled = failureOf(() =>
      load(session, { quantization: "gptq", calibration }, ({ stage, detail }) => {
        if (stage === "calibration" && english.text(detail).startsWith("Rounded 1")) void session.cancelLoad();
      }),
    );
    expect(await cancelled).toMatchObject({ code: "load/cancelled" });
    expect(the(engines.at(-1)).memory().liveBytes).toBe(0);
    const root = await begun();
    const kept = await namesIn(root);
    expect(kept).toHaveLength(1);
    const folder = await root.getDirectoryHandle(the(kept[0]));
    const written = await (await folder.getFileHandle("0.codes")).getFile();
    await load(session, { quantization: "gptq", calibration });
    expect(await session.logits(ids, null)).toEqual(logits);
    // It was read, not rounded again; and once the model is stored it goes.
    expect(written.size).toBeGreaterThan(0);
    await expect(root.getDirectoryHandle(the(kept[0]))).rejects.toThrow();
  });
});
