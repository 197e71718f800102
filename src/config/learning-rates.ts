// Where the learning rate stands until someone sets it. It depends on what is trained (the fewer and the smaller the numbers, the larger
// their steps) and on the optimizer (how large a step is at a rate of 1).
import type { methodKnobs } from "./method-knobs.ts";
import type { optimizerKnobs } from "./optimizer-knobs.ts";

type Method = keyof typeof methodKnobs;
type Optimizer = keyof typeof optimizerKnobs;

/** With AdamW, for the bundled model and the small data sets that a tab is for. */
const rates = {
  lora: 0.0015,
  rslora: 0.0005,
  dora: 0.0015,
  pissa: 0.0005,
  vera: 0.02,
  loha: 0.003,
  lokr: 0.003,
  oft: 0.002,
  boft: 0.002,
  ia3: 0.02,
  prompt: 0.05,
  prefix: 0.02,
  bottleneck: 0.001,
  bitfit: 0.005,
  norms: 0.005,
  "last-k": 0.0002,
  embedding: 0.001,
  tokens: 0.005,
  full: 0.0001,
  scratch: 0.001,
} as const satisfies Record<Method, number>;

/** Times the rate of AdamW. */
const factors = {
  adamw: 1,
  adam: 1,
  amsgrad: 1,
  sgd: 100,
  rmsprop: 0.3,
  adagrad: 10,
  adadelta: 1000,
  adamax: 2,
  nadam: 1,
  radam: 1,
  adafactor: 1,
  "adafactor-torch": 10,
  lion: 0.1,
  muon: 10,
} as const satisfies Record<Optimizer, number>;

/** Methods that train no matrix: Muon leaves all that they have to AdamW. */
const withoutMatrices: ReadonlySet<Method> = new Set(["vera", "boft", "ia3", "prompt", "prefix", "bitfit", "norms", "embedding", "tokens"]);

export function recommendedRate(method: Method, optimizer: Optimizer): number {
  const runs = optimizer === "muon" && withoutMatrices.has(method) ? "adamw" : optimizer;
  return Number(Math.min(1, rates[method] * factors[runs]).toPrecision(2));
}
