import { describe, expect, it } from "vitest";
import { restoreSampler, startSampler } from "../../src/tokens/sampler.ts";

describe("sampler", () => {
  it.each([
    [10, 3],
    [3, 8],
    [1, 4],
    [7, 7],
  ])("takes each of %i examples once per epoch, %i at a time", (size, batch) => {
    const sampler = startSampler(size, 9);
    const taken = Array.from({ length: size }, () => sampler.take(batch)).flat();
    for (let epoch = 0; epoch < batch; epoch++) {
      const seen = taken.slice(epoch * size, (epoch + 1) * size).toSorted((a, b) => a - b);
      expect(seen, `epoch ${epoch}`).toEqual(Array.from({ length: size }, (_, at) => at));
    }
  });

  it("shuffles every epoch anew", () => {
    const sampler = startSampler(20, 1);
    expect(sampler.take(20)).not.toEqual(sampler.take(20));
  });

  it("goes on from any stored state, through JSON, as if never interrupted", () => {
    for (let stop = 0; stop <= 25; stop++) {
      const straight = startSampler(7, 3);
      straight.take(stop);
      const state = JSON.parse(JSON.stringify(straight.state())) as ReturnType<typeof straight.state>;
      expect(restoreSampler(7, state).take(30), `after ${stop}`).toEqual(straight.take(30));
    }
  });
});
