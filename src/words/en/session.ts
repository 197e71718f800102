// Loading and preparing.
export const messages = {} as const;

export const errors = {
  "data/nothing-to-learn": {
    message: "Nothing can be learned from {name}: {count, plural, one {its only example is left out} other {all # examples are left out}}.",
    hint: "Give every example an assistant message with text.",
  },
  "data/nothing-to-learn#first": {
    message:
      "Nothing can be learned from {name}: {count, plural, one {its only example is left out} other {all # examples are left out}}. {first}",
    hint: "{hint}",
  },
} as const;
