// A run that is about to start can be cancelled: nothing of it is stored or stays on the engine, and the next one starts as ever.
import { expect, it } from "vitest";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { createOrtEngine } from "../../src/runtime/ort-engine.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { failureOf } from "../support/errors.ts";
import { Driver, quick, sentences } from "../support/session.ts";
import { tinyConfig, tinyModelFiles } from "../support/tiny-model.ts";
import { the } from "../support/the.ts";

const config = parseRunConfig({ ...quick, method: { kind: "pissa", rank: 4 } });

/** Wide enough that a start takes a while. */
async function opened() {
  let engine: Engine | undefined;
  const driver = new Driver(async (...args) => (engine = await createOrtEngine(...args)));
  const files = tinyModelFiles({}, { ...tinyConfig, hidden_size: 256, intermediate_size: 512, num_hidden_layers: 4 });
  await driver.load("wasm", { source: { kind: "files", name: "wide", files } });
  return { driver, session: driver.session, liveBytes: () => the(engine).memory().liveBytes };
}

it.each(["before it has its turn", "while it computes"])("%s", async (when) => {
  const { driver, session, liveBytes } = await opened();
  const [runs, bytes] = [(await session.listRuns()).length, liveBytes()];
  const shares: number[] = [];
  const cancelled = failureOf(() =>
    session.startRun({ name: "given up", config, data: sentences }, (share) => {
      shares.push(share);
      void session.cancelStart();
    }),
  );
  if (when === "before it has its turn") void session.cancelStart();
  expect((await cancelled).code).toBe("run/start-cancelled");
  expect(shares).toHaveLength(when === "while it computes" ? 1 : 0);
  expect(await session.listRuns()).toHaveLength(runs);
  expect(driver.events).toEqual([]);
  expect(liveBytes()).toBe(bytes);
  expect(await driver.end(await driver.start({ steps: 2 }))).toBe("finished");
});

it("does nothing to a run that trains, and leaves one that was to be resumed as it was", async () => {
  const { driver, session } = await opened();
  const id = await driver.start({ steps: 6 }, sentences, 3);
  await session.cancelStart();
  expect(await driver.end(id)).toBe("paused");
  const before = (await session.listRuns()).find((record) => record.id === id);
  const resumed = failureOf(() => session.resumeRun(id));
  void session.cancelStart();
  expect((await resumed).code).toBe("run/start-cancelled");
  expect((await session.listRuns()).find((record) => record.id === id)).toEqual(before);
  await session.resumeRun(id);
  expect(await driver.end(id)).toBe("finished");
});
