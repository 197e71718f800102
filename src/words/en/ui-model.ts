// The page: the model bar and what it opens.
export const messages = {} as const;

export const errors = {} as const;
