// The loop alone, over a trainer that only counts: when it steps, measures, stops and refuses.
import { describe, expect, it } from "vitest";
import { defaultRunConfig } from "../../src/config/run-config.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { trainLoop, type LoopReport, type Stepping } from "../../src/train/loop.ts";
import { configWith, type Knobs } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";

const batch: Batch = { batch: 1, seq: 3, ids: new Int32Array(3), labels: new Int32Array(3), attention: Uint8Array.of(1, 1, 0) };

function counting(start: number, { lossAt = (_step: number): number => 1, ...others }: Partial<Counting> = {}): Stepping {
  let step = start;
  return {
    get step() {
      return step;
    },
    update: async () => {
      const loss = lossAt(step);
      if (Number.isFinite(loss)) step++;
      return { loss, gradNorm: 1 };
    },
    evaluate: async () => 2,
    ...others,
  };
}

interface Counting extends Pick<Stepping, "update" | "evaluate"> {
  readonly lossAt: (step: number) => number;
}

async function reports(
  config: Knobs,
  { start = 0, until = 6, held = [batch], lossAt = (_step: number): number => 1 } = {},
): Promise<string[]> {
  const source = { next: () => [batch, batch], validation: held };
  const seen: string[] = [];
  const loop = trainLoop(counting(start, { lossAt }), source, configWith({ steps: 6, evaluateEvery: 2, ...config }), until);
  for await (const report of loop) seen.push(named(report));
  return seen;
}

const named = (report: LoopReport): string => `${report.kind === "step" ? "s" : "v"}${report.step}`;

describe("the training loop", () => {
  it("measures before the first step, at every interval, and at the end", async () => {
    expect(await reports({})).toEqual(["v0", "s0", "s1", "v2", "s2", "s3", "v4", "s4", "s5", "v6"]);
    expect(await reports({ evaluateEvery: 4 })).toEqual(["v0", "s0", "s1", "s2", "s3", "v4", "s4", "s5", "v6"]);
  });

  it("measures nothing without examples for it, or when asked not to", async () => {
    const steps = ["s0", "s1", "s2", "s3", "s4", "s5"];
    expect(await reports({}, { held: [] })).toEqual(steps);
    expect(await reports({ evaluateEvery: 0 })).toEqual(steps);
  });

  it("ends early where it is told to, and goes on from there", async () => {
    expect(await reports({ evaluateEvery: 0 }, { until: 4 })).toEqual(["s0", "s1", "s2", "s3"]);
    expect(await reports({ evaluateEvery: 0 }, { start: 4 })).toEqual(["s4", "s5"]);
  });

  it("measures a step again on resume that may have ended before it was measured", async () => {
    expect(await reports({}, { start: 2, until: 3 })).toEqual(["v2", "s2"]);
    expect(await reports({}, { start: 3, until: 4 })).toEqual(["s3", "v4"]);
  });

  it("counts the tokens of all batches of a step, padding excluded", async () => {
    const loop = trainLoop(counting(0), { next: () => [batch, batch], validation: [] }, defaultRunConfig, 1);
    expect((await loop.next()).value).toMatchObject({ kind: "step", tokens: 4 });
  });

  it.each([NaN, Infinity])("refuses a loss of %d and names the step", async (bad) => {
    const failure = await failureOf(() => reports({ evaluateEvery: 0 }, { lossAt: (step) => (step === 3 ? bad : 1) }));
    expect(failure.code).toBe("train/diverged");
    expect(failure.message).toContain("step 4");
    expect(failure.message).toContain(String(bad));
  });

  it.each([NaN, Infinity])("blames the input for a first loss of %d, down to the example, and not the learning rate", async (bad) => {
    const row = (first: number): Batch => ({
      ...batch,
      batch: 2,
      ids: Int32Array.of(1, 2, 3, first, 5, 6),
      labels: new Int32Array(6),
      attention: new Uint8Array(6),
    });
    const evaluate = async ([one]: readonly Batch[]): Promise<number> => (one?.ids.includes(77) ? bad : 1);
    const trainer = counting(0, { lossAt: () => bad, evaluate });
    const loop = trainLoop(trainer, { next: () => [row(4), row(77)], validation: [] }, defaultRunConfig, 1);
    const failure = await failureOf(() => loop.next());
    expect(failure.code).toBe("train/input-not-finite");
    expect(failure.message).toContain(`loss of the first step is ${bad}`);
    expect(failure.message).toContain("example 2 of 2 in batch 2 of 2, which begins with the tokens 77, 5, 6");
    expect(failure.message).toContain("The learning rate is not the cause");
  });

  it("blames the input for a first gradient or a first validation loss that is not finite", async () => {
    const update = async () => ({ loss: 1.5, gradNorm: Infinity });
    const source = { next: () => [batch], validation: [] };
    const stuck = counting(0, { update });
    expect(await failureOf(() => trainLoop(stuck, source, defaultRunConfig, 1).next())).toMatchObject({
      code: "train/input-not-finite",
      message: expect.stringContaining("norm Infinity"),
    });
    const blind = counting(0, { evaluate: async () => NaN });
    expect(await failureOf(() => trainLoop(blind, { ...source, validation: [batch] }, defaultRunConfig, 1).next())).toMatchObject({
      code: "train/input-not-finite",
      message: expect.stringContaining("validation loss is NaN"),
    });
  });
});
