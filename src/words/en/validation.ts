// A file that measures what is learned of another one.
export const messages = {
  "validation/kept": "Kept for validation: {count, plural, one {# example} other {# examples}} from {name}. All of {learned} is learned.",
  "validation/left-out": "{count, plural, one {# line} other {# lines}} of {name} left out",
  "validation/left-out-line": "left out of {name}: {what}",
  "validation/progress": "{name}: {valid, number} of {lines, number} are kept for validation",
  "validation/check": "{usable, plural, one {# example} other {# examples}} of {name} measure the validation loss",
  "validation/option": "A file whose examples measure the validation loss; then all of --data is learned.",
  "validation/share-not-used": "Not used with this data: {name} is kept for validation, and all of {learned} is learned.",
} as const;

export const errors = {
  "cli/usage#beside-validation-data": {
    message: "{options} would be ignored: with --validation-data that file is kept for validation, and all of --data is learned.",
    hint: "Leave {count, plural, one {it} other {them}} out.",
  },
  "validation/several-files": {
    message:
      "{count, plural, one {# file was} other {# files were}} given: {names}. A dataset is one file or several, of which one may be for validation.",
    hint: "Choose files to learn, and at most one with a name such as facts.validation.jsonl.",
  },
  "validation/nothing-to-measure": {
    message:
      "No validation loss can be measured with {name}: {count, plural, one {its only example is left out} other {all # examples are left out}}. {first}",
    hint: "{hint}",
  },
  "validation/also-learned": {
    message: "{place} of {name} is also in {learned}{more, plural, =0 {} one {, and so is # more} other {, and so are # more}}.",
    hint: "What is learned as well measures memory, not understanding. Ask for the same in other words.",
  },
} as const;
