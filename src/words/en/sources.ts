// Hubs, addresses and files.
export const messages = {} as const;

export const errors = {} as const;
