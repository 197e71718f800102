// Gradients of activations are small, and float16 is zero below 2⁻²⁵: the loss is multiplied by a factor, which is taken off the gradients
// of what is trained again. A factor that is too large makes a gradient infinite: that step is skipped, and the next one has half of it
// (Micikevicius et al. 2018; the numbers are those of PyTorch's GradScaler).
import { AtelierError } from "../base/errors.ts";

export interface LossScale {
  readonly factor: number;
  /** Steps since the factor was last changed. */
  readonly goodSteps: number;
}

export const firstLossScale: LossScale = { factor: 2 ** 16, goodSteps: 0 };

/** Steps after which a larger factor is tried. */
const growthInterval = 2000;
/** From here on gradients gain nothing. */
const largestFactor = 2 ** 24;

export function afterStep({ factor, goodSteps }: LossScale): LossScale {
  if (goodSteps + 1 < growthInterval) return { factor, goodSteps: goodSteps + 1 };
  return { factor: Math.min(largestFactor, factor * 2), goodSteps: 0 };
}

/** @throws AtelierError `train/float16-range#gradient` where the gradient is infinite as it is */
export function afterOverflow({ factor }: LossScale): LossScale {
  if (factor <= 1) throw new AtelierError("train/float16-range#gradient");
  return { factor: factor / 2, goodSteps: 0 };
}
