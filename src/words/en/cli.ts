// The headless command: what goes wrong, and its progress.
export const messages = {
  "cli/left-out": "left out: {what}",
  "cli/note": "note: {what} {hint}",
  "cli/checkpoint-not-stored": "the checkpoint at step {step, number} was not stored: {why}",
} as const;

export const errors = {} as const;
