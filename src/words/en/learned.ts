// What of a dataset is learned: examples that are left out, and what is said once per file. {place} is the line or the object.
export const messages = {} as const;

export const errors = {
  "data/none": { message: "There is no dataset yet.", hint: "Drop a file of examples or choose a sample." },
  "data/nothing-to-learn#answers": {
    message: "No answer of it is to be learned.",
    hint: "Its answers are empty, or the file says that they are not learned; choose to learn everything, or take it out.",
  },
  "data/nothing-to-learn#no-token": {
    message: "{place} has no token to learn.",
    hint: "Give the assistant message, or the document, some text.",
  },
  "data/token-beyond-embedding": {
    message: "{place} holds the token {token} with the id {id}; the model’s embedding has {rows, plural, one {# row} other {# rows}}.",
    hint: "The tokenizer knows a token that the model was never given. Take the token out of the text, or use files that belong together.",
  },
  "data/too-few-to-split": {
    message: "Of fewer than {fewest, plural, one {# example} other {# examples}} none is kept out, so there is no validation loss.",
    hint: "Each of so few counts. Add examples to have some kept out.",
  },
  "data/too-long": {
    message: "{place} has {length, plural, one {# token} other {# tokens}}; the sequence length is {limit, number}.",
    hint: "Raise the sequence length or shorten the example; it is left out of training, not cut.",
  },
  "data/too-long#context": {
    message: "{place} has {length, plural, one {# token} other {# tokens}}; this model’s context holds {limit, number}.",
    hint: "Shorten the example, or choose a model with a longer context; it is left out of training, not cut.",
  },
  "model/not-loaded#tokenizer": { message: "The model’s tokenizer is not loaded yet.", hint: "Wait until the model is ready." },
  "tokens/answers-do-not-end": {
    message: "{place}{more, plural, =0 {} other {, and # more}}: nothing ends the answers, since this tokenizer has no end token.",
    hint: "The tuned model will go on after its answer until the length you allow.",
  },
  "tokens/row-per-answer": {
    message:
      "{place}{more, plural, =0 {} other {, and # more}}: the model’s chat template rewrites earlier turns, so each answer is learned in a row of its own ({answers, plural, one {# answer} other {# answers}}).",
    hint: "Longer chats take more rows. Choose the last answer alone to have one row per chat.",
  },
  "tokens/template-cuts": {
    message:
      "{place}: the model’s chat template leaves out {excerpt} of message {message}{more, plural, =0 {} other {, and so of # more}}.",
    hint: "What is left out is neither read nor learned. Look at the tokens of the example; another model may keep it.",
  },
} as const;
