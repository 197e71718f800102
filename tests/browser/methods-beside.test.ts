// What is trained beside a model's own parameters is used, stored and exchanged as a whole, what is not trained included: a run goes on to the
// same bits as one that was not cut off, and answers as its files do. The methods that train a part of the base are in selective-runs.test.ts.
import { beforeAll, expect, it } from "vitest";
import { parseRunConfig, type MethodKind } from "../../src/config/run-config.ts";
import { largestDifference } from "../support/goldens.ts";
import { Driver, quick, sentences } from "../support/session.ts";

/** Where each differs: random masks, starts that are computed, what stands before a sequence. */
const methods = {
  lora: { rank: 4, dropout: 0.2, save: ["norm"], tokenIds: "50, 60" },
  rslora: { rank: 4 },
  dora: { rank: 4, dropout: 0.1, loraPlusRatio: 4 },
  pissa: { rank: 2 },
  vera: { rank: 8 },
  loha: { rank: 4 },
  lokr: { rank: 4 },
  oft: { blockSize: 4 },
  boft: { blockSize: 4 },
  ia3: {},
  prompt: { virtualTokens: 4 },
  prefix: { virtualTokens: 4 },
  bottleneck: { bottleneckSize: 6 },
} satisfies Readonly<
  Record<
    Exclude<MethodKind, "bitfit" | "norms" | "last-k" | "embedding" | "tokens" | "full" | "scratch">,
    Readonly<Record<string, unknown>>
  >
>;

let driver: Driver;
beforeAll(async () => {
  driver = await Driver.load();
});

it.each(Object.entries(methods))(
  "%s trains, goes on where it was cut off, and comes back from its files the same",
  async (kind, settings) => {
    const { session } = driver;
    const config = parseRunConfig({
      ...quick,
      method: { kind, ...settings },
      objective: { neftune: 2 },
      stopping: { ...quick.stopping, steps: 6 },
      // Keys and values that stand before all others are slow to learn.
      optimizer: { kind: "adamw", learningRate: kind === "prefix" ? 0.3 : 0.02 },
    });
    const request = { name: kind, config, data: sentences };
    const id = await session.startRun(request);
    expect(await driver.end(id)).toBe("finished");
    const losses = await driver.losses(id);
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);

    const cut = await session.startRun({ ...request, stopAfter: 3 });
    expect(await driver.end(cut)).toBe("paused");
    const { bytes } = await session.exportState(cut);
    await session.deleteRun(cut);
    const again = await session.importState(bytes);
    await session.resumeRun(again);
    expect(await driver.end(again)).toBe("finished");
    expect(await driver.adapter(again)).toEqual(await driver.adapter(id));
    expect(await driver.losses(again)).toEqual(losses);

    const ids = [1, 50, 60, 70];
    const tuned = await session.logits(ids, id);
    expect(tuned).not.toEqual(await session.logits(ids, null));
    const imported = await session.importAdapter("again", await session.exportAdapter(id));
    const read = await session.logits(ids, imported);
    // PiSSA goes out as the LoRA that equals it on the published weights: the same numbers, added up otherwise.
    if (kind === "pissa") expect(largestDifference(read, tuned)).toBeLessThan(1e-4);
    else expect(read).toEqual(tuned);
  },
);
