// Reading datasets: files that cannot be used as a whole, and batches that scripts write.
const noExamples =
  "{count, plural, one {The only {unit, select, line {line} object {object} other {record}} of {name} is not a usable example.} other {None of the # {unit, select, line {lines} object {objects} other {records}} of {name} is a usable example.}}";
const chooseLines = "Choose a file with examples, such as one JSON object per line.";
const notUtf8 = "{name} is not a text file in UTF-8: line {line}, byte {byte} of the file: {found}.";
const batchShape = "Write {shape}.";

export const messages = {
  "data/mapped-as": "Columns are used as {mapping}.",
  "container/table": "cells apart by {delimiter}, in {encoding}",
  "container/tab": "tabs",
  "container/document": "one document, in {encoding}",
  "container/under-key": 'the list under "{key}"',
  "container/columns": "a list for each column",
  "container/column-length": '"{key}" has {count, number}',
} as const;

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
  "data/binary#encoding": {
    message: "{name} is not text in {encoding}, as which it starts.",
    hint: "Save it as UTF-8 text.",
  },
  "data/container": {
    message: "{name} is a file of the kind {kind}, which holds no dataset that can be read.",
    hint: "Choose JSONL, JSON, CSV, TSV, plain text, Markdown, or a ZIP of such files.",
  },
  "data/csv-header": {
    message: "The first row of {name}, line {line}, should name the columns, and is broken.",
    hint: "Name the columns there, separated as in the rows below.",
  },
  "data/csv-header#twice": {
    message: 'The first row of {name}, line {line}, names the column "{column}" twice.',
    hint: "Give each column a name of its own.",
  },
  "data/uneven-columns": {
    message: "{name} holds a list for each column, and they differ in length: {lengths}.",
    hint: "Give all columns the same length.",
  },
  "data/zip-broken": {
    message: "{name} cannot be unpacked; it breaks at file {entry} in it: {why}",
    hint: "Pack or download it again, or unpack it and choose the files in it.",
  },
  "data/zip-many": {
    message: "{name} holds {count, number} files; the limit is {limit, number}.",
    hint: "Unpack it and choose the files to learn.",
  },
  "data/binary#utf-16": {
    message: "{name} starts as UTF-16 text, but line {line} holds what is none.",
    hint: "Save it as UTF-8 text.",
  },
  "data/no-examples": { message: noExamples, hint: "Use objects with keys such as messages, or prompt and completion." },
  "data/unmapped": {
    message: `${noExamples} {first}`,
    hint: "Rename the keys, or say with the headless command what they are. A guess from names and lengths, for you to check: --map {mapping}",
  },
  "data/map": {
    message: '"{part}" is no part of a mapping; expected a role, "=" and a column, with the roles {roles}.',
    hint: "Write for example question=Title,answer=Body.",
  },
  "data/map#twice": { message: 'The mapping names the role "{role}" twice.', hint: "Join columns in one template, each between braces." },
  "data/map#roles": {
    message: "A mapping needs a question and an answer, with or without a system prompt; or a text alone.",
    hint: "Write for example question=Title,answer=Body.",
  },
  "data/map#brace": {
    message: "In the template {template} a brace stands alone.",
    hint: "Put each column between braces, and write a brace that is meant as text twice.",
  },
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
