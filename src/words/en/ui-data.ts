// The page: Data.
const lines =
  "{unit, select, line {{count, plural, one {line} other {lines}}} object {{count, plural, one {object} other {objects}}} other {{count, plural, one {record} other {records}}}}";

export const messages = {
  "ui-data/welcome": "Teach a small model something new",
  "ui-data/lead":
    "Bring a file of questions and answers, train for a minute, and chat with the result. Nothing is installed and nothing is uploaded.",
  "ui-data/kept": "{name} stays open.",
  "ui-data/reading": "Reading {name}, {fraction, number, percent}",
  "ui-data/reading-file": "Reading the file",
  "ui-data/other-data": "Use other data",
  "ui-data/choose-data": "Choose data",
  "ui-data/drop": "Drop a file of examples anywhere on this page",
  "ui-data/choose-file": "Choose a file",
  "ui-data/shape": "JSONL, JSON, CSV, TSV, text, Markdown, or a ZIP of them; in JSONL one object per line, such as {shape}",
  "ui-data/samples": "Or start with a sample",
  "ui-data/valid": `{valid, number} of {count, number} ${lines} {valid, plural, one {is} other {are}} valid`,
  "ui-data/recognized": "Recognized as {format}",
  "ui-data/ignored": "Not used: {keys}",
  "ui-data/counted-key": "{key} ({count, number})",
  "ui-data/continue": "Continue to training",
  "ui-data/close": "Close",
  "ui-data/counting": "Counting tokens",
  "ui-data/used": "{usable, plural, one {# example} other {# examples}} will be used{out, plural, =0 {} other {, # left out}}",
  "ui-data/rows": "{rows, plural, one {# row} other {# rows}}.",
  "ui-data/learned-tokens":
    "{learned, number} of {total, plural, one {# token} other {# tokens}} {learned, plural, one {is} other {are}} learned; the longest row has {longest, number}.",
  "ui-data/left-out": `{count, number} ${lines} left out`,
  "ui-data/left-out-of-run": `{count, number} ${lines} left out of a run`,
  "ui-data/more": "and {more, number} more",
  "ui-data/examples": "Examples",
  "ui-data/show-as": "Show examples as",
  "ui-data/chats": "Chats",
  "ui-data/tokens": "Tokens",
  "ui-data/tokens-later": "The tokens appear as soon as the model is loaded.",
  "ui-data/is-left-out": "left out",
  "ui-data/how-marked": "Underlined and tinted",
  "ui-data/marked": "{mark} is learned",
  "ui-data/plain": "Plain text is context",
  "ui-data/learn": "Learn",
  "ui-data/role":
    "{role, select, system {System} user {User} assistant {Assistant} tool {Tool} tools {Functions} document {Text} other {Message}}",
  "ui-data/lost": "Left out by the template: {lost}",
  "ui-data/pages": "Pages of examples",
  "ui-data/previous": "Previous",
  "ui-data/next": "Next",
  "ui-data/shown": "{first, number}–{last, number} of {total, number}",
} as const;

export const errors = {} as const;
