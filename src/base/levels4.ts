// The sixteen values of bitsandbytes' two 4-bit types, scaled to −1 … 1. Graphs, kernels and the quantizer share them.

/** Values that share a scale. */
export const levelsBlock = 64;

export const levels4 = {
  /** 4-bit NormalFloat: quantiles of a normal distribution (Dettmers et al. 2023, QLoRA); figures as bitsandbytes and ONNX Runtime have them. */
  nf4: [
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495,
    0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
    0.7229568362236023, 1.0,
  ],
  /** 4-bit float with a sign, two bits of exponent and one of fraction, over 12: bitsandbytes' FP4, whose codes are in no order. */
  fp4: [0, 0.0625 / 12, 8 / 12, 1, 4 / 12, 6 / 12, 2 / 12, 3 / 12, -0, -0.0625 / 12, -8 / 12, -1, -4 / 12, -6 / 12, -2 / 12, -3 / 12],
} as const satisfies Record<string, readonly number[]>;

export type Levels4 = keyof typeof levels4;
