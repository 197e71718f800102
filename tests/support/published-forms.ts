// The forms in which models are published, by the names of those who publish them, for tests.
import type { BlocksForm, LevelForm, MatrixForm } from "../../src/model/quantization/forms.ts";

const half: LevelForm = { dtype: "float16", levels: 1 };
const whole: LevelForm = { dtype: "float32", levels: 1 };
const two: LevelForm = { dtype: "float16", levels: 2 };
const blocks = (bits: 4 | 8, block: BlocksForm["block"], scale: LevelForm, more: Partial<BlocksForm> = {}): BlocksForm => ({
  kind: "blocks",
  bits,
  block,
  scale,
  ...more,
});

export const publishedForms = {
  F32: { kind: "float", dtype: "float32" },
  F16: { kind: "float", dtype: "float16" },
  BF16: { kind: "float", dtype: "float16", exponent: -12 },
  Q4_0: blocks(4, 32, half),
  Q4_1: blocks(4, 32, half, { minimum: half }),
  Q5_0: blocks(8, 32, half),
  Q5_1: blocks(8, 32, half, { minimum: half, center: 16 }),
  Q2_K: blocks(4, 16, two, { minimum: two, center: 2 }),
  Q3_K: blocks(4, 16, two),
  Q4_K: blocks(4, 32, two, { minimum: two }),
  Q5_K: blocks(8, 32, two, { minimum: two, center: 16 }),
  Q6_K: blocks(8, 16, two),
  IQ4_XS: blocks(8, 32, two),
  GPTQ: blocks(4, 128, half, { minimum: whole }),
  "GPTQ act-order": blocks(4, 64, half, { minimum: whole, isReordered: true }),
  "GPTQ 8 bits": blocks(8, 128, half, { minimum: whole, center: 128 }),
  MLX: blocks(4, 64, whole, { minimum: whole }),
  "bitsandbytes FP4": { kind: "levels4", table: "fp4" },
  "float8 in blocks": { kind: "float8", block: 128 },
  "float8 in rows": { kind: "float8" },
} as const satisfies Record<string, MatrixForm>;

export type PublishedName = keyof typeof publishedForms;
export const publishedNames = Object.keys(publishedForms) as readonly PublishedName[];
