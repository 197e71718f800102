// Claims: a disk that is full costs nothing that was learned as long as the tab is open, and is said; the lock of a run is
// given back however the run ends.
import { wrap } from "comlink";
import { expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import type { EngineApi } from "../../src/protocol/engine-api.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { createOrtEngine } from "../../src/runtime/ort-engine.ts";
import { decodeState } from "../../src/session/exchange/state-file.ts";
import { failureOf } from "../support/errors.ts";
import { failingEngine, injected } from "../support/failing-engine.ts";
import { fillStorage, whileFull } from "../support/full-storage.ts";
import { configWith } from "../support/configs.ts";
import { Driver, greedy, ignore, quick, sentences } from "../support/session.ts";
import { the } from "../support/the.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const prompt = { kind: "text", text: "1?" } as const;
const isCheckpoint = (key: string): boolean => key.startsWith("checkpoint/");

async function recordOf({ session }: Driver, id: string) {
  return (await session.listRuns()).find((record) => record.id === id);
}

async function stateOf({ session }: Driver, id: string) {
  const { name, bytes } = await session.exportState(id);
  return decodeState(blobSource(name, new Blob([bytes as Uint8Array<ArrayBuffer>])));
}

/** Runs whose lock somebody holds. */
async function lockedRuns(): Promise<string[]> {
  const { held = [] } = await navigator.locks.query();
  return held.flatMap(({ name }) => (name?.startsWith("atelier-run-") ? [name] : []));
}

const unsavedSteps = ({ events }: Driver, id: string): number[] =>
  events.flatMap((event) => (event.kind === "unsaved" && event.runId === id ? [event.step] : []));

it("storage that is full at the end keeps the adapter in memory: to chat with, to export, and to store later", async () => {
  const driver = await Driver.load();
  const whole = await driver.train({});
  const id = await driver.start({});
  await whileFull(isCheckpoint, async () => {
    expect(await driver.end(id)).toBe("finished");
    expect(unsavedSteps(driver, id)).toEqual([10]);
    const record = await recordOf(driver, id);
    expect(record).toMatchObject({ phase: "finished", stepsDone: 10, checkpointStep: 10, unsaved: { code: "storage/full" } });
    expect(await driver.adapter(id)).toEqual(await driver.adapter(whole));
    expect(await driver.losses(id)).toEqual(await driver.losses(whole));
    // Losses, rates and durations are written as text, whose length is the clock's: what was learned is compared.
    expect((await stateOf(driver, id)).checkpoint).toEqual((await stateOf(driver, whole)).checkpoint);
    const textOf = async (runId: string) => (await driver.session.generate({ prompt, runId, sampling: greedy }, ignore)).text;
    expect(await textOf(id)).toBe(await textOf(whole));
    expect(await driver.session.storeAgain(id)).toBe(false);
    expect(await lockedRuns()).toEqual([]);
  });
  expect(await driver.session.storeAgain(id)).toBe(true);
  expect(await recordOf(driver, id)).not.toHaveProperty("unsaved");
  expect(await driver.adapter(id)).toEqual(await driver.adapter(whole));
});

it("a checkpoint that finds no room is said, training goes on, and the next one is stored", async () => {
  const driver = await Driver.load();
  const whole = await driver.train({});
  const id = await driver.start({ checkpointEvery: 2 });
  const full = fillStorage(isCheckpoint);
  await driver.until(() => unsavedSteps(driver, id).length >= 2);
  full[Symbol.dispose]();
  expect(await driver.end(id)).toBe("finished");
  const [first, second] = unsavedSteps(driver, id);
  expect([first, second]).toEqual([2, 4]);
  const stored = driver.events.flatMap((event) => (event.kind === "checkpoint" && event.runId === id ? [event.step] : []));
  expect(stored.at(-1)).toBe(10);
  expect(await recordOf(driver, id)).not.toHaveProperty("unsaved");
  expect(await driver.adapter(id)).toEqual(await driver.adapter(whole));
});

it("a paused run that could not be stored goes on in its tab; room made by deleting another stores it", async () => {
  const driver = await Driver.load();
  const [whole, other] = [await driver.train({}), await driver.train({ steps: 1 })];
  const id = await driver.start({}, sentences, 5);
  await whileFull(isCheckpoint, async () => {
    expect(await driver.end(id)).toBe("paused");
    expect(await recordOf(driver, id)).toMatchObject({ checkpointStep: 5, unsaved: { code: "storage/full" } });
    await driver.session.resumeRun(id, { stopAfter: 7 });
    expect(await driver.end(id)).toBe("paused");
  });
  expect(await recordOf(driver, id)).toMatchObject({ checkpointStep: 7, unsaved: { code: "storage/full" } });
  await driver.session.deleteRun(other);
  expect(await recordOf(driver, id)).not.toHaveProperty("unsaved");
  await driver.session.resumeRun(id);
  expect(await driver.end(id)).toBe("finished");
  expect(await driver.adapter(id)).toEqual(await driver.adapter(whole));
});

it("a run that cannot be stored at all is refused before its first step, and another may start", async () => {
  const driver = await Driver.load();
  await whileFull(
    (key) => key.startsWith("data/"),
    async () => {
      expect(await failureOf(() => driver.start({}))).toMatchObject({
        code: "storage/full",
        hint: expect.stringContaining("Delete old runs"),
      });
    },
  );
  expect(await lockedRuns()).toEqual([]);
  await driver.train({ steps: 1 });
});

it.each([
  ["its first operation", 1],
  ["an upload of its state", 5],
])("a run whose start fails at %s gives its lock back", async (_what, failAt) => {
  const engines: Engine[] = [];
  let skip = 0;
  const driver = new Driver(async (provider) => {
    const inner = await createOrtEngine(provider);
    // The load of the model comes first; it is counted by a dry run below.
    const { engine } = failingEngine(inner, skip === 0 ? 0 : skip + failAt);
    engines.push(engine);
    return engine;
  });
  skip = await operationsOfLoad();
  await driver.load("wasm");
  const before = (await driver.session.listRuns()).length;
  expect((await failureOf(() => driver.start({}))).code).toBe(injected);
  expect(await lockedRuns()).toEqual([]);
  expect(await driver.session.listRuns()).toHaveLength(before);
  await driver.train({ steps: 1 });
});

async function operationsOfLoad(): Promise<number> {
  const counts: (() => number)[] = [];
  const driver = new Driver(async (provider) => {
    const { engine, count } = failingEngine(await createOrtEngine(provider), 0);
    counts.push(count);
    return engine;
  });
  await driver.load("wasm");
  return the(counts[0])();
}

it("a run that cannot even be tidied up gives its lock back and says how it ended", async () => {
  const driver = new Driver(async (provider) => {
    const { engine } = failingEngine(await createOrtEngine(provider), 0);
    const compile: Engine["compile"] = async (graph) => ({
      ...(await engine.compile(graph)),
      dispose: () => {
        throw new Error("cannot be disposed");
      },
    });
    return { ...engine, compile };
  });
  await driver.load("wasm");
  const id = await driver.start({ steps: 2 });
  expect(await driver.end(id)).toBe("finished");
  expect(await lockedRuns()).toEqual([]);
  await driver.train({ steps: 1 });
});

it("a run whose worker dies is interrupted at its last checkpoint, and goes on in another", async () => {
  const driver = await Driver.load();
  const whole = await driver.train({ steps: 400, checkpointEvery: 2 }, sentences, 8);
  const worker = new Worker(new URL("../../workers/engine.worker.ts", import.meta.url), { type: "module" });
  const api = wrap<EngineApi>(worker);
  const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
  await api.load({ source, quantization: "int4", provider: "wasm", useCache: false }, (await import("comlink")).proxy(ignore));
  const config = configWith({ steps: 400, checkpointEvery: 2 }, quick);
  const id = await api.startRun({ name: "dies", config, data: sentences });
  await expect.poll(async () => (await recordOf(driver, id))?.checkpointStep, { timeout: 30_000 }).toBeGreaterThan(2);
  expect(await lockedRuns()).toHaveLength(1);
  worker.terminate();
  await expect.poll(lockedRuns, { timeout: 10_000 }).toEqual([]);
  const record = the(await recordOf(driver, id));
  expect(record.phase).toBe("interrupted");
  await driver.session.resumeRun(id, { stopAfter: the(record.checkpointStep) + 2 });
  expect(await driver.end(id)).toBe("paused");
  const losses = await driver.losses(whole);
  const shared = (await driver.losses(id)).slice(0, losses.length);
  expect(shared).toEqual(losses.slice(0, shared.length));
});
