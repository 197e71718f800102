// GGUF files.
export const messages = {
  // What is wrong with a file: "{file} cannot be read: {what}."
  "gguf/no-magic": "it does not start with the letters GGUF",
  "gguf/big-endian": "its numbers are big-endian",
  "gguf/version": "its version {version} is not known",
  "gguf/count": "its {what, select, tensors {tensor} other {key}} count {count} is more than it can hold",
  "gguf/key-twice": "it has the key {key} twice",
  "gguf/alignment": "its general.alignment is no whole number above 0",
  "gguf/axes": "the tensor {tensor} has {axes, number} axes",
  "gguf/deep-lists": "its lists lie within lists too deep",
  "gguf/value-type": "its header has a value of the unknown type {type}",
  "gguf/tensor-twice": "it lists the tensor {tensor} twice",
  "gguf/partial-blocks": "rows of {tensor} have {width, plural, one {# value} other {# values}}, no whole blocks of {type}",
  "gguf/absurd-size": "the size of {tensor} is absurd",
  "gguf/no-key": "its header has no {key}",
  "gguf/key-kind": "its header has {found} for {key}; expected {expected}",
  "gguf/types-of-tokens":
    "it has {tokens, plural, one {# token} other {# tokens}} but {types, plural, one {# type of token} other {# types of tokens}}",
  "gguf/scores": "it has {tokens, plural, one {# token} other {# tokens}} but {scores, plural, one {# score} other {# scores}}",
  "gguf/no-token": "{key} is {id}, which is no token",
  "gguf/same-tokens": "its tokens {first} and {second} are both {token}",
  "gguf/heads":
    "the {rows, plural, one {# row} other {# rows}} of {tensor} do not divide into {heads, plural, one {# head} other {# heads}}",
  "gguf/no-table": "it has no table token_embd.weight; it holds no whole language model",
  "gguf/no-short-vector": "{tensor} is no short vector",

  // What a key of the header has to be: "expected {expected}"
  "gguf/a-number": "a number",
  "gguf/a-text": "a text",
  "gguf/a-flag": "true or false",
  "gguf/texts": "a list of texts",
  "gguf/numbers": "a list of numbers",
  "gguf/same-number": "the same number for all layers",

  // Where a file ends too early: "{file} is cut off: {what}."
  "gguf/header-cut": "its header goes on behind its end at byte {size, number}",
  "gguf/list-cut": "a list in its header needs {needed, plural, one {# byte} other {# bytes}}, but the file has {size, number}",
  "gguf/ends-before": "it ends before byte {end, number}",

  // What is not computed: "{file} has {what}, which Atelier does not compute."
  "gguf/value-width": "values of another width than keys",
  "gguf/rotation": "positions that turn {turned, number} of {all, plural, one {# dimension} other {# dimensions}}",
  "gguf/window-rotation": "layers with a window that turn {turned, number} of {all, plural, one {# dimension} other {# dimensions}}",
  "gguf/experts": "a mixture of experts",
  "gguf/beside": "{key} {value} beside {other}",
  "gguf/setting": "{key} {value}",
  "gguf/longrope": "longrope without {tensor}",
  "gguf/attention-factor": "{key} {value} without yarn or longrope",
  "gguf/no-llama3-scaling": "rope_freqs that are no scaling of Llama 3",

  // What is not read: "{file} has {what}, which Atelier does not read from GGUF."
  "gguf/tokenizer-kind": 'a tokenizer of the kind "{kind}"',
  "gguf/tokenizer-split": 'a tokenizer that splits texts as "{name}"',

  // A type of numbers that has no name here: "stored as {type}"
  "gguf/type-number": "number {type}",
} as const;

export const errors = {
  "model/file-invalid#gguf": {
    message: "{file} cannot be read: {what}.",
    hint: "Check that it is a GGUF file of a language model as its author published it.",
  },
  "model/unsupported-feature#gguf": {
    message: "{file} has {what}, which Atelier does not compute.",
    hint: "Choose another model, or the same one as safetensors.",
  },
  "model/unsupported-feature#gguf-type": {
    message: "Tensor {tensor} of {file} is stored as {type}, which Atelier does not read.",
    hint: "Choose a file of the same model in {known}, such as Q4_K_M or Q8_0.",
  },
  "model/unsupported-feature#gguf-part": {
    message: "{file} is one of {parts, number} parts of a model.",
    hint: "Join the parts with llama.cpp’s gguf-split --merge, or choose a model in one file.",
  },
  "model/unknown-architecture#gguf": {
    message: 'The file says general.architecture "{name}", which Atelier does not read from GGUF.',
    hint: "Known: {known}.",
  },
  "model/tensor-missing#gguf": {
    message: "{file} has no tensor {tensor}.",
    hint: "Check that the file holds a whole model, not a part of one.",
  },
  "model/tensor-unknown#gguf": {
    message: "{file} holds a tensor {tensor} that this architecture does not use.",
    hint: "The model has a part that Atelier would leave out; its answers would be wrong.",
  },
  "model/not-finite#gguf": {
    message: "{file} holds {value} in tensor {tensor}.",
    hint: "The file is damaged. Download it again, or choose another copy of the model.",
  },
  "tokens/tokenizer-invalid#gguf": {
    message: "{file} has {what}, which Atelier does not read from GGUF.",
    hint: "Choose another file of the model, or the same model as safetensors with its tokenizer.json.",
  },
  "tokens/tokenizer-invalid#gguf-none": {
    message: "{file} has no tokenizer.",
    hint: "Choose another file of the model, or the same model as safetensors with its tokenizer.json.",
  },
} as const;
