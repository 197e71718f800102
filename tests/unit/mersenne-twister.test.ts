// Claim: numbers drawn from a seed are PyTorch's (2.13, CPU): torch.empty(1300).uniform_(-.75, .75, generator=manual_seed(seed)).
import { expect, it } from "vitest";
import { mersenneTwister, pytorchUniform } from "../../src/base/mersenne-twister.ts";

it.each([
  [0, [-0.005615115165710449, 0.40233269333839417, -0.617283821105957, -0.7317606210708618, -0.2135186791419983, -0.6005349159240723]],
  [123, [-0.3058320879936218, 0.024843424558639526, -0.3724939227104187, -0.6343018412590027, -0.2237667739391327, -0.5661052465438843]],
  // Its lowest 32 bits count.
  [
    4_294_967_300,
    [0.0894579291343689, 0.08863860368728638, -0.6128147840499878, 0.3158145546913147, -0.6852599382400513, 0.38622066378593445],
  ],
])("seed %d", (seed, expected) => {
  const bits = mersenneTwister(seed);
  const drawn = Array.from({ length: 1300 }, () => pytorchUniform(bits, 0.75));
  expect([0, 1, 2, 623, 624, 1299].map((at) => drawn[at])).toEqual(expected);
});

it("the generator is MT19937: the 10000th number of seed 5489", () => {
  const bits = mersenneTwister(5489);
  const drawn = Array.from({ length: 10_000 }, bits);
  expect(drawn.at(-1)).toBe(4_123_659_995);
});
