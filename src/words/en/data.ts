// Reading datasets: files that cannot be used as a whole, and batches that scripts write.
const noExamples =
  "{count, plural, one {The only {unit, select, line {line} object {object} other {record}} of {name} is not a usable example.} other {None of the # {unit, select, line {lines} object {objects} other {records}} of {name} is a usable example.}}";
const chooseLines = "Choose a file with one JSON object per line.";
const notUtf8 = "{name} is not a text file in UTF-8: line {line}, byte {byte} of the file: {found}.";
const batchShape = "Write {shape}.";

export const messages = {} as const;

export const errors = {
  "data/empty": { message: "{name} is empty.", hint: chooseLines },
  "data/empty#blank": { message: "{name} holds no examples.", hint: chooseLines },
  "data/too-large": {
    message: "{name} has {size, number, bytes}; the limit is {limit, number, bytes}.",
    hint: "Take a part of it: a few thousand good examples are plenty for LoRA.",
  },
  "data/binary": {
    message: notUtf8,
    hint: "Choose a JSON or JSONL file saved as UTF-8; a file in another encoding, such as Windows-1252, must be saved anew.",
  },
  "data/binary#zero": {
    message: notUtf8,
    hint: "Zero bytes mean UTF-16 text, or no text at all: choose a JSON or JSONL file saved as UTF-8.",
  },
  "data/binary#utf-16": {
    message: "{name} starts as UTF-16 text, but line {line} holds what is none.",
    hint: "Save it as UTF-8 text.",
  },
  "data/no-examples": { message: noExamples, hint: "Use objects with keys such as messages, or prompt and completion." },
  "data/no-examples#first": { message: `${noExamples} {first}`, hint: "{hint}" },
  "data/several-lists": { message: "{what} It holds several lists: {lists}.", hint: "Save the list to train on as a file of its own." },
  "data/batch-invalid": { message: "The batch is not a JSON object.", hint: batchShape },
  "data/batch-invalid#short": {
    message: "input_ids has rows of fewer than two tokens; the first token of a row is never predicted.",
    hint: batchShape,
  },
  "data/batch-invalid#label": {
    message: "labels holds {label}; expected token ids, or {ignored} where nothing is learned.",
    hint: batchShape,
  },
  "data/batch-invalid#no-rows": { message: "{key} is not a list of rows.", hint: batchShape },
  "data/batch-invalid#row-count": {
    message: "{key} has {count, plural, one {# row} other {# rows}}; input_ids has {expected, number}.",
    hint: batchShape,
  },
  "data/batch-invalid#no-numbers": { message: "Row {row} of {key} is not a list of whole numbers.", hint: batchShape },
  "data/batch-invalid#row-length": {
    message:
      "Row {row} of {key} has {count, plural, one {# entry} other {# entries}}; expected {expected, number}. Pad rows to one length.",
    hint: batchShape,
  },
} as const;
