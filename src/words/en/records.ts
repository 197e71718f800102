// Records of a dataset: where they stand, what was found in them, and why they cannot be used.
const correct = "Correct this {unit, select, line {line} object {object} other {record}}, or leave it out.";

export const messages = {
  "data/place": "{unit, select, line {Line} object {Object} other {Record}} {line}",
  "data/place-in": "{file}, {unit, select, line {line} object {object} other {record}} {line}",
  "data/message": 'message {number} of "{list}"',
  "data/in-key": 'a "{key}"',
  "data/in-key-of": 'a "{key}" in {where}',
  "data/in-tool": "tool {number}",
  "data/in-arguments": 'arguments of "{name}" in {where}',
  "data/in-result": "a result in {where}",
  "data/quoted": '"{text}"',
  "data/nothing": "missing",
  "data/a-text": 'the text "{text}"',
  "data/a-number": "the number {value}",
  "data/a-boolean": "the boolean {value}",
  "data/a-list": "a list",
  "data/an-array": "an array",
  "data/an-object": "an object",
  "data/unnamed-function": "an object without the name of a function",
  "data/no-keys": "none",
  "data/and-more": "{keys} and {count, number} more",
} as const;

export const errors = {
  "data/not-object": { message: "{place} is {found}; expected an object.", hint: "Use objects with keys such as {shapes}." },
  "data/unknown-keys": { message: "{place} has the keys {keys}, which are no known format.", hint: "Use {shapes}." },
  "data/csv#ragged": {
    message:
      "{place} has {count, plural, one {# cell} other {# cells}}; the first row names {expected, plural, one {# column} other {# columns}}.",
    hint: "Put cells that hold the delimiter or a line break into double quotes, and write an empty cell where there is nothing.",
  },
  "data/csv#not-closed": {
    message: "{place} has a quote that opens in line {line} and is not closed; the rest of the file is part of that cell.",
    hint: 'Close it, and write a double quote within a cell twice: "".',
  },
  "data/csv#after-quote": {
    message: "{place} has text behind a closing quote, in line {line}.",
    hint: 'Write a double quote within a cell twice: "".',
  },
  "data/map-column": {
    message: '{place} has no "{column}", which the mapping names; its keys are {columns}.',
    hint: "Name a key that is there, or write a constant in double quotes.",
  },
  "data/half-character": {
    message: "{place} has a text with {escape}, which is half of a character without its other half.",
    hint: "The text was cut within a character, such as an emoji: cut it elsewhere, or remove the escape.",
  },
  "data/bad-field#not-text": { message: '{place} has a "{key}" that is {found}; expected text.', hint: correct },
  "data/bad-field#not-text-in": { message: '{place} has a "{key}" in {where} that is {found}; expected text.', hint: correct },
  "data/bad-field#not-list": { message: '{place} has a "{key}" that is {found}; expected a list.', hint: correct },
  "data/bad-field#empty": { message: '{place} has an empty "{key}".', hint: correct },
  "data/bad-field#no-answer": {
    message: "{place} has no assistant message with text, so there is nothing to learn from it.",
    hint: correct,
  },
  "data/bad-field#no-answer-in": { message: '{place} has no assistant message with text in "{key}".', hint: correct },
  "data/bad-field#history": {
    message: '{place} has a "history" that is {found}; expected a list of [question, answer].',
    hint: correct,
  },
  "data/bad-field#history-entry": {
    message: '{place} has an entry {number} of "history" that is no list of two texts; expected [question, answer].',
    hint: correct,
  },
  "data/bad-field#not-message": {
    message: '{place} has a {where} that is {found}; expected an object with "role" and "content".',
    hint: correct,
  },
  "data/bad-field#role": {
    message: "{place} has the {key} {found} in {where}; expected {roles} or another usual name of these.",
    hint: correct,
  },
  "data/bad-field#no-role": {
    message: "{place} has no role in {where}; expected {roles} or another usual name of these.",
    hint: correct,
  },
  "data/bad-field#learned": {
    message: "{place} has the {key} {found} in {where}; an answer is learned (1, true) or not (0, false).",
    hint: 'Set "{key}" to 1 or 0, or leave it out.',
  },
  "data/bad-field#part": { message: '{place} has a part of "{key}" in {where} that is {found}; expected {shape}.', hint: correct },
  "data/bad-field#part-text": {
    message: '{place} has a part in {where} whose "{key}" is {found}; expected text.',
    hint: correct,
  },
  "data/bad-field#tool": { message: "{place} has a tool {number} that is {found}.", hint: correct },
  "data/bad-field#call": { message: '{place} has a "{key}" in {where} that is {found}; expected {shape}.', hint: correct },
  "data/bad-field#call-name": {
    message: '{place} has a "{key}" in {where} without the name of a function; expected {shape}.',
    hint: correct,
  },
  "data/bad-field#arguments": {
    message: '{place} has arguments of "{name}" in {where} that are {found}; expected an object.',
    hint: correct,
  },
  "data/bad-field#json-text": { message: '{place} has {what} that is the text "{text}", which is not JSON ({why}).', hint: correct },
  "data/bad-field#key-twice": { message: '{place} has {what} with the key "{key}" twice in one object.', hint: correct },
  "data/bad-field#rounded": {
    message: "{place} has {what} with a number that is too large to be kept exactly.",
    hint: "Write the number as text.",
  },
  "data/unsupported#preference": {
    message: '{place} has the key "{key}": preference pairs are not supported yet.',
    hint: 'A supervised run needs one answer: keep the chosen one as "completion".',
  },
  "data/unsupported#label": {
    message: "{place} has a label of true or false (KTO); training on such labels is not supported yet.",
    hint: "A supervised run needs good answers only: keep the lines labelled true and remove the label.",
  },
  "data/unsupported#media": {
    message: '{place} has the key "{key}": only text can be learned.',
    hint: "Leave these lines out, or remove the key where the answers do not depend on it.",
  },
  "data/unsupported#tokens": {
    message: '{place} has the key "{key}": tokens of another tokenizer cannot be used.',
    hint: "Give the text that the tokens were made from.",
  },
  "data/unsupported#replies": {
    message: "{place} is a tree of replies; a run needs chats.",
    hint: "Write each path from question to answer that is to be learned as {shape}.",
  },
  "data/unsupported#part": {
    message: "{place} has a part of the type {found} in {where}; only text can be learned.",
    hint: "Leave the line out, or put what the part shows into words.",
  },
} as const;
