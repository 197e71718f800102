// A run whose programs were compiled while its user looked at the data compiles nothing more, and learns the same to the bit.
import { expect, it } from "vitest";
import { parseStoredConfig, type RunConfig } from "../../src/config/run-config.ts";
import { createOrtEngine } from "../../src/runtime/ort-engine.ts";
import { sizesOfBatches } from "../../src/session/runs/batch-source.ts";
import { configWith } from "../support/configs.ts";
import { Driver, greedy, quick, sentences } from "../support/session.ts";

/** A session, and what its engine is asked to compile from now on. */
async function watched(): Promise<{ readonly driver: Driver; readonly compiled: string[] }> {
  const compiled: string[] = [];
  const driver = new Driver(async (provider) => {
    const engine = await createOrtEngine(provider);
    const compile = engine.compile.bind(engine);
    engine.compile = (graph) => {
      compiled.push(graph.name);
      return compile(graph);
    };
    return engine;
  });
  await driver.load("wasm");
  return { driver, compiled };
}

function prepare({ session }: Driver, config: RunConfig): Promise<boolean> {
  return session.prepareRun({ config, sizes: sizesOfBatches(sentences, config.data) });
}

async function train(driver: Driver, config: RunConfig): Promise<Uint8Array> {
  const id = await driver.session.startRun({ name: "test", config, data: sentences });
  await driver.end(id);
  return driver.adapter(id);
}

it.each([
  ["LoRA with dropout, measured by a part of the data", configWith({ evaluateEvery: 2, dropout: 0.2, accumulate: 2 }, quick)],
  ["a prefix", parseStoredConfig({ ...quick, method: { kind: "prefix", virtualTokens: 3 } })],
])("compiles nothing after it was prepared, and learns the same: %s", async (_name, config) => {
  const straight = await Driver.load();
  const { driver, compiled } = await watched();
  expect(await prepare(driver, config)).toBe(true);
  expect(compiled).not.toEqual([]);
  compiled.length = 0;
  const adapter = await train(driver, config);
  expect(compiled).toEqual([]);
  expect(adapter).toEqual(await train(straight, config));
});

it("gives way to a chat and to a start, and is taken up again", async () => {
  const { driver, compiled } = await watched();
  const preparing = prepare(driver, quick);
  const { ids } = await driver.session.generate(
    { prompt: { kind: "ids", ids: [5, 6, 7] }, runId: null, sampling: greedy },
    () => undefined,
  );
  expect([await preparing, ids.length > 0]).toEqual([false, true]);
  const again = prepare(driver, quick);
  const id = await driver.start({});
  expect(await again).toBe(false);
  // What trains has its programs.
  expect(await prepare(driver, quick)).toBe(false);
  await driver.end(id);
  expect(await prepare(driver, quick)).toBe(true);
  compiled.length = 0;
  await train(driver, quick);
  expect(compiled).toEqual([]);
});
