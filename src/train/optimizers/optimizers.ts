// Every optimizer. A new one is a file beside this and a row here.
import { adadelta } from "./adadelta.ts";
import { adafactorTorch } from "./adafactor-torch.ts";
import { adafactor } from "./adafactor.ts";
import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamw } from "./adamw.ts";
import { amsgrad } from "./amsgrad.ts";
import { lion } from "./lion.ts";
import { muon } from "./muon.ts";
import { nadam } from "./nadam.ts";
import type { Optimizer } from "./optimizer.ts";
import { radam } from "./radam.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

export const optimizers = {
  adamw,
  adam,
  amsgrad,
  sgd,
  rmsprop,
  adagrad,
  adadelta,
  adamax,
  nadam,
  radam,
  adafactor,
  "adafactor-torch": adafactorTorch,
  lion,
  muon,
} satisfies Record<string, Optimizer>;

export type OptimizerName = keyof typeof optimizers;
