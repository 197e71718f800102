// Adapters of PEFT and mlx-lm.
export const messages = {} as const;

export const errors = {} as const;
