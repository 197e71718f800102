// Runs and their checkpoints.
export const messages = {} as const;

export const errors = {} as const;
