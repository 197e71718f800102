// What to change where a run does not fit into memory.
export const messages = {
  "budget/batch": "batch size {batchSize, number} with {accumulate, number} accumulated",
  "budget/sequences": "sequences of {tokens, plural, one {# token} other {# tokens}}",
  "budget/weights": "weights as {quantization}",
  "budget/weights-coarser": "weights as {quantization}, less exact",
  "budget/weights-again": "weights as {quantization}, rounded a second time",
  "budget/head": "the head quantized too",
  "budget/method": "{method} instead",
  "budget/targets": "rank {rank, number} on {targets} only",
} as const;

export const errors = {} as const;
