// Tokenizers, and what a template leaves out of a chat.
export const messages = {
  // What is wrong with a tokenizer's files, as the end of a sentence.
  "tokens/id": "the id of {token} is no whole number",
  "tokens/malformed": "tokenizer.json or tokenizer_config.json is malformed",
  "tokens/merge-pair": "merge {merge} is no pair",
  "tokens/merge-token": "merge {merge}, {pair}, needs a token that the vocabulary lacks",
  "tokens/no-list": "{what} is no list",
  "tokens/no-object": "{what} is no object",
  "tokens/no-text": "{what} is no text",
  "tokens/no-vocabulary": "tokenizer.json has no vocabulary",
  "tokens/pattern": "a pattern is neither String nor Regex",
  "tokens/post-processor": "its post-processor {name} is not known",
  "tokens/same-id": "the tokens {one} and {other} both have the id {id}",
  "tokens/unknown-token": "its unknown token {token} is no token",

  // Parts of those files.
  "tokens/behavior-of-punctuation": "the behavior of Punctuation",
  "tokens/behavior-of-split": "the behavior of a Split",
  "tokens/content-of-replace": "what a Replace puts in",
  "tokens/delimiter": "a delimiter",
  "tokens/prepended": "what a normalizer prepends",
  "tokens/replacement-of-metaspace": "the replacement of Metaspace",
  "tokens/step": "{kind, select, normalizer {a normalizer} preTokenizer {a pre-tokenizer} decoder {a decoder} other {a step}}",
  "tokens/steps": "a sequence of {kind, select, normalizer {normalizers} preTokenizer {pre-tokenizers} decoder {decoders} other {steps}}",
  "tokens/suffix-of-decoder": "the suffix of a decoder",

  // What a tokenizer has that is not known.
  "tokens/part":
    "the {part, select, model {model} normalizer {normalizer} preTokenizer {pre-tokenizer} decoder {decoder} pattern {pattern} split {way to split} other {part}} {name}",
  "tokens/setting": "the {key} {value}",
  "tokens/inverted": "{behavior}, inverted",
  "tokens/without-name": "without a name",

  // What a template leaves out.
  "tokens/call-in-message": "the call of {name} in message {message}",
  "tokens/calls-of-message": '"tool_calls" of message {message}',
  "tokens/function-of-tools": 'the function {name} of "tools"',
  "tokens/key": '"{key}"',
} as const;

export const errors = {
  "tokens/not-rendered": {
    message: "The model’s chat template leaves out {what}.",
    hint: "Choose a model whose template writes functions and calls, such as Qwen 2.5 or Llama 3.1, or take them out of the data.",
  },
  "tokens/not-rendered#answer": {
    message: "The model’s chat template leaves out all of message {message}, so the model would learn to say nothing.",
    hint: "Choose a model whose template writes such answers, or take the line out.",
  },
  "tokens/tokenizer-invalid": {
    message: "The tokenizer cannot be used: {what}.",
    hint: "Take tokenizer.json and tokenizer_config.json as the model’s author published them.",
  },
  "tokens/tokenizer-invalid#unknown": {
    message: "The tokenizer has {what}, which Atelier does not know, so its tokens would be wrong.",
    hint: "Choose another model; those with a tokenizer of the kind BPE can be read.",
  },
  "tokens/vocabulary-too-small": {
    message:
      "A vocabulary of {asked, number} tokens is too small: the letters of all bytes and the special tokens alone are {least, number}.",
    hint: "Ask for {least, number} tokens or more.",
  },
} as const;
