// Tokenizers and what is learned.
export const messages = {} as const;

export const errors = {} as const;
