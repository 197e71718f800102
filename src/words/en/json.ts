// Why a text is no JSON. Each stands after the place where it breaks: "column 3: a colon is missing".
const hint = "Write each object as json.dumps or JSON.stringify does.";

export const messages = {
  "json/at-column": "column {column}: {why}",
  "json/not-complete": "it is not complete",
  "json/more-after": "there is more after it",
  "json/after-value": "there is something after its value",
  "json/colon-missing": "a colon is missing",
  "json/comma-missing": "a comma or a closing bracket is missing",
  "json/comma-too-many": "there is a comma too many",
  "json/key-missing": "a key in double quotes is missing",
  "json/value-missing": "a value is missing or there is a comma too many",
  "json/no-value": "this is no JSON value",
  "json/too-deep": "it is nested deeper than {levels, plural, one {# level} other {# levels}}",
  "json/single-quotes": "JSON takes double quotes, these are single ones, as Python prints them",
  "json/unknown-word": "JSON knows no {word}",
  "json/tab": "a tab must be written as an escape",
  "json/control-character": "a control character must be written as an escape",
  "json/unknown-escape": "this escape is unknown",
  "json/not-closed": "a text is not closed",
  "json/not-closed-in-line": "a text is not closed in its line",
} as const;

export const errors = {
  "data/not-json": { message: "{place} is not JSON: {excerpt} (column {column}: {why}).", hint },
  "data/not-json#in-line": {
    message:
      "{place} is not JSON: {excerpt} (line {line}, column {column}: {why}).{lost, select, line { The rest of that line could not be read.} rest { What follows could not be read.} both { The rest of that line could not be read. What follows could not be read.} other {}}",
    hint,
  },
  "data/not-json#not-complete": {
    message:
      "{place} is not JSON: its object starts in line {start} and is not complete where the file ends.{lost, select, rest { What follows could not be read.} other {}}",
    hint,
  },
  "data/not-json#missing": { message: "{place} is missing: the file ends within its array.", hint },
  "data/not-json#key-twice": {
    message: '{place} has the key "{key}" twice in one object, so one of its values would be lost.',
    hint,
  },
} as const;
