// Errors that belong to no part alone, and texts of numbers.
export const messages = {
  "number/not-a-number": "not a number",
  "number/infinite": "infinite",
  "number/minus-infinite": "minus infinite",
  "number/count": "{count, number}",
  "number/measure": "{value, number, measure}",
  "number/bytes": "{bytes, number, bytes}",
} as const;

export const errors = {
  "internal/unexpected": {
    message: "{what}",
    hint: "This is a fault in Atelier, not in your data. Copy the details and report them.",
  },
  "internal/missing": {
    message: "What should be at {name} is not there.",
    hint: "This is a fault in Atelier, not in your data. Copy the details and report them.",
  },
  "internal/no-words": {
    message: "Another version of Atelier says {key}, for which this one has no words.",
    hint: "Reload the page to have the newest version.",
  },
  "host/out-of-memory": {
    message: "The browser could not give this tab as much memory as was asked for: what it works on is too large.",
    hint: "Choose a smaller model, batch, sequence length or file, and close other tabs.",
  },
  "host/out-of-memory#call": {
    message: "A call could not be read, which happens when memory runs out.",
    hint: "Choose a smaller file or model.",
  },
  "base/singular-values": {
    message: "The singular values of a matrix of {rows, number} by {columns, number} did not settle.",
    hint: "Choose another method of fine-tuning, or LoRA that starts at random, and report this fault.",
  },
  "tokens/at": { message: "{place}: {what}", hint: "{hint}" },
  "engine/replaced": { message: "{what}", hint: "The model was loaded again. A run goes on from its last checkpoint with Resume." },
} as const;
