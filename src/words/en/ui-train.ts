// The page: Train.
export const messages = {} as const;

export const errors = {} as const;
