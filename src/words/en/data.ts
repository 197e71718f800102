// Reading datasets: files, lines and fields that cannot be used.
export const messages = {} as const;

export const errors = {
  "data/no-examples": {
    message: "None of the {count, number} {unit, select, line {lines} object {objects} other {records}} of {name} is a usable example.",
    hint: "Use objects with keys such as messages, or prompt and completion.",
  },
  "data/no-examples#first": {
    message:
      "None of the {count, number} {unit, select, line {lines} object {objects} other {records}} of {name} is a usable example. {first}",
    hint: "{hint}",
  },
  "data/several-lists": { message: "{what} It holds several lists: {lists}.", hint: "Save the list to train on as a file of its own." },
} as const;
