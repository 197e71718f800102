// The page: frame and parts.
export const messages = {} as const;

export const errors = {} as const;
