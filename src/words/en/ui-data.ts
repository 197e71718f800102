// The page: Data.
export const messages = {} as const;

export const errors = {} as const;
