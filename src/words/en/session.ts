// Loading and preparing.
export const messages = {
  "session/reading-copy": "Reading the copy on this device",
  "session/reading-tokenizer": "Reading the tokenizer",
  "session/reading-weights": "Reading the weights",
  "session/measuring-mix": "Measuring what 4 bits cost in layer {layer, number} of {layers, number}",
  "session/calibrating": "Rounding layer {done, number} of {layers, number}",
  "session/calibrating-left":
    "Rounded {done, number} of {layers, number} layers; {seconds, plural, one {about # second} other {about # seconds}} left",
  "session/reading-whole": "Reading {file} whole: its server does not serve parts of files",
} as const;

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
