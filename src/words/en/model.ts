// Architectures and weights.
export const messages = {} as const;

export const errors = {
  "model/float16-range#tensor": { message: "{what} It is in tensor {tensor}.", hint: "{hint}" },
} as const;
