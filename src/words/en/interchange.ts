// Files of models and of runs: safetensors, indexes, saved runs.
export const messages = {
  // What is wrong with a file: "{file} cannot be read: {what}."
  "interchange/no-header": "it does not start with a safetensors header",
  "interchange/header-not-json": "its header is not JSON",
  "interchange/entry": "the header entry of {tensor} is malformed",
  "interchange/type": "{tensor} holds {type}; supported are {known}",
  "interchange/no-floats": "{tensor} holds {type}, expected floating point numbers",
  "interchange/no-integers": "{tensor} holds {type}, expected I32",
  "interchange/size": "the size of {tensor} does not fit its shape",
  "interchange/overlap": "the data of {first} and {second} overlaps",

  // Where a file ends too early: "{file} is cut off: {what}."
  "interchange/no-length": "it has {size, plural, one {# byte} other {# bytes}}, not even the 8 of a header length",
  "interchange/header-cut": "its header needs {needed, plural, one {# byte} other {# bytes}}, but the file has {size, number}",
  "interchange/tensor-ends": "tensor {tensor} ends at byte {end, number}, but the file has {size, number}",
  "interchange/tensor-cut": "tensor {tensor} is cut off",

  // What is wrong with a matrix that was quantized before it was published: "The quantized matrix {tensor} cannot be read: {what}."
  "interchange/quantized-missing": "{part} is missing",
  "interchange/quantized-shape": "{part} is {type} [{shape}], which does not fit",
  "interchange/quantized-value": "{part} is {found}; expected {expected}",
  "interchange/quantized-groups": "g_idx does not give every group {count, plural, one {# input} other {# inputs}} in order",
  "interchange/quantized-table": "{part} is not the table of {name}",

  // What is wrong with a saved run: "This saved run is damaged: {what}."
  "interchange/run-setting": "its configuration has an unknown setting, {name}",
  "interchange/run-record": "its record is malformed",
  "interchange/run-notes": "its notes are malformed",
  "interchange/run-counts": "its counts are malformed",
  "interchange/run-cursor": "its data cursor is malformed",
  "interchange/run-cursor-outside": "its data cursor lies outside its data",
  "interchange/run-history": "its history is malformed",
  "interchange/run-model": "what its model is made of is missing or malformed",
  "interchange/run-data": "its data is of an unknown kind",
  "interchange/run-tokenizer": "its tokenizer’s fingerprint is malformed",
  "interchange/run-examples": "its {part, select, train {training} other {validation}} examples do not fit together",

  // What was found where something was expected.
  "interchange/nothing": "nothing",
} as const;

export const errors = {
  "model/file-invalid#safetensors": {
    message: "{file} cannot be read: {what}.",
    hint: "Check that it is a safetensors file as its author published it.",
  },
  "model/file-invalid#quantized": {
    message: "The quantized matrix {tensor} cannot be read: {what}.",
    hint: "Check that config.json and the weights belong to the same model, as its author published them.",
  },
  "model/file-invalid#quantized-unsaid": {
    message: "The weights hold {tensor}, but neither config.json nor a file beside it says how they were quantized.",
    hint: "Add {files} as the model’s author published it, or load the unquantized base.",
  },
  "model/unsupported-feature#quantized-tensor": {
    message: "The weights hold {tensor}, which is quantized in a form that Atelier does not read ({form}).",
    hint: "Load the unquantized base. It is quantized while it is loaded.",
  },
  "model/file-truncated": {
    message: "{file} is cut off: {what}.",
    hint: "Download or copy the file again, then load the model again.",
  },
  "model/tensor-missing#safetensors": {
    message: "{file} has no tensor {tensor}.",
    hint: "Check that config.json and the weights belong to the same model.",
  },
  "model/tensor-missing#index": {
    message: "{index} names no tensor {tensor}.",
    hint: "Check that the index and the shards belong to the same model.",
  },
  "model/tensor-missing#shard": {
    message: "{index} puts the tensor {tensor} into {shard}, which does not hold it.",
    hint: "Check that the index and the shards belong to the same model.",
  },
  "model/file-invalid#index": {
    message: "{file} has no weight_map from tensors to .safetensors files beside it.",
    hint: "Check that it is the index as the model’s author published it.",
  },
  "model/file-missing#folder": {
    message: "{model} has no {file}.",
    hint: "A model folder needs config.json, model.safetensors, tokenizer.json and tokenizer_config.json.",
  },
  "model/file-missing#shard": {
    message: "{model} has no {file}.",
    hint: "{index} names it. Add it, or download the model again.",
  },
  "checkpoint/invalid#no-run": { message: "{file} is not a saved run.", hint: "Choose the {expected} that Atelier wrote." },
  "checkpoint/invalid#damaged": { message: "This saved run is damaged: {what}.", hint: "Export it again where it came from." },
  // What is said is a sentence of its own.
  "checkpoint/invalid#said": { message: "This saved run is damaged: {what}", hint: "Export it again where it came from." },
  "checkpoint/newer#file": {
    message: "{file} was written by a newer version of Atelier (format {version}).",
    hint: "Use the newest version.",
  },
} as const;
