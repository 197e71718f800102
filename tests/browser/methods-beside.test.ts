// What trains beside linear layers is used, stored and exchanged as a whole, what is not trained included: a run answers as its files do.
import { expect, it } from "vitest";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { Driver, quick, sentences } from "../support/session.ts";

it.each([
  { kind: "ia3" },
  { kind: "vera", rank: 8 },
  { kind: "loha", rank: 4 },
  { kind: "lokr", rank: 4 },
  { kind: "oft", blockSize: 4 },
  { kind: "boft", blockSize: 4 },
])("$kind trains, and comes back from its files the same", async (method) => {
  const driver = await Driver.load();
  const { session } = driver;
  const config = parseRunConfig({
    ...quick,
    method,
    stopping: { ...quick.stopping, steps: 6 },
    optimizer: { kind: "adamw", learningRate: 0.02 },
  });
  const id = await session.startRun({ name: method.kind, config, data: sentences });
  await driver.end(id);
  const losses = await driver.losses(id);
  expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  const ids = [1, 50, 60, 70];
  const tuned = await session.logits(ids, id);
  expect(tuned).not.toEqual(await session.logits(ids, null));
  const imported = await session.importAdapter("again", await session.exportAdapter(id));
  expect(await session.logits(ids, imported)).toEqual(tuned);
});
