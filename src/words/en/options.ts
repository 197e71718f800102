// Options and verbs of the headless command.
export const messages = {} as const;

export const errors = {} as const;
