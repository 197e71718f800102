// Adapters of PEFT and mlx-lm.
export const messages = {
  // What is true of an adapter and not seen in what it does.
  "adapter/some-layers":
    "The adapter changes {count, number} of {all, number} layers; the others stay as they are, also when it is trained further.",
  "adapter/some-modules":
    "The adapter changes {count, number} of {all, number} modules; the others stay as they are, also when it is trained further.",
  "adapter/one-factor":
    "The settings name {announced, plural, one {# butterfly factor} other {# butterfly factors}}; the file holds one, as PEFT makes it without CUDA.",
  "adapter/unused-in-training": "It was trained with {names}, which training it further here does without.",
  "adapter/unused-targets": "target_modules also names {names}, which this model does not have.",
  "adapter/prompt-scale":
    "Before version 5.4 transformers multiplied virtual tokens of {family} by the square root of the model’s width, as words; here, as since then, they are taken as they are. If this prompt was trained with an older version, its answers differ.",
  "adapter/projected-prefix":
    "This prefix was learned through a network (prefix_projection), of which the file holds the result; training that goes on learns the prefix itself.",

  // Why an adapter is refused as not fitting its settings, its base or itself.
  "adapter/no-object": "{file} is not a JSON object.",
  "adapter/expected": "{key} is {found} in {file}; expected {expected}.",
  "adapter/names": "{key} names {found} in {file}; expected {expected}.",
  "adapter/outside-blocks": "{file} puts an adapter on {module}; Atelier has adapters on the linear layers of blocks only.",
  "adapter/no-layer": "{file} announces no linear layer that this {family} model has.",
  "adapter/not-announced": "{file} holds {tensor}, which {config} does not announce.",
  "adapter/too-deep":
    "{file} is of a deeper model: it holds {tensor}, of layer {layer, number}; this base has {layers, plural, one {# layer, number 0} other {# layers, numbered 0 to {last, number}}}.",
  "adapter/tied-differ": "{file} holds {first} and {second}, which are one tied table and differ.",
  "adapter/twins": "{file} holds both {first} and {second}, which mean the same matrix.",
  "adapter/no-tensor": "{file} has no tensor {tensor}.",
  "adapter/shape": "{tensor} has shape {found}; this base model needs {expected}.",
  "adapter/layers-beside-text": "layers_to_transform cannot stand beside a text for target_modules in {file}.",
  "adapter/keys-lack": "The weights hold tensors of {path}, which lora_parameters.keys in {file} does not name.",
  "adapter/keys-exceed": "lora_parameters.keys in {file} names {path}, of which the weights hold no tensor.",
  "adapter/keys-unknown": "lora_parameters.keys names {found}, which is no linear layer of this {family} model’s blocks.",
  "adapter/last-layers":
    "{file} announces adapters on the last {wanted, number} of {layers, number} layers; the weights hold other ones, beginning with layer {first}.",

  // What a key has to be: "expected {expected}."
  "adapter/positive": "a positive whole number",
  "adapter/whole": "a whole number",
  "adapter/of-this-base": "{value, number}, as this base has it",
  "adapter/number": "a number",
  "adapter/object": "an object",
  "adapter/name": "a name",
  "adapter/list-of-names": "a list of names",
  "adapter/names-or-pattern": "a list of names or a regular expression",
  "adapter/layer-numbers": "numbers of layers",

  // What of a regular expression cannot be read: "a regular expression with {construct}"
  "adapter/possessive": "the possessive {quantifier}",
  "adapter/open-bracket": "the open bracket {found}",
} as const;

export const errors = {
  "adapter/invalid": { message: "{what}", hint: "Check that the adapter belongs to this base model." },
  "adapter/invalid#json": { message: "{file} is not valid JSON.", hint: "Take the file as its author published it." },
  "adapter/invalid#pattern": {
    message: "{key} is {pattern}, which is no valid regular expression.",
    hint: "Take {file} as PEFT wrote it.",
  },
  "adapter/not-finite": {
    message: "{tensor} in {file} holds {value}: with it every answer would be not a number.",
    hint: "The training that made this adapter diverged, or the file is damaged. Take an earlier checkpoint of it, or copy the file again.",
  },
  "adapter/file-missing": {
    message: "The adapter folder has no {file}.",
    hint: "An adapter is {config} with {peft} (PEFT) or {mlx} (mlx-lm).",
  },
  "adapter/unsupported#format": {
    message: "The adapter’s weights are in {found}, a format that is not read here: opening it may run code.",
    hint: "Save them with safetensors: load the adapter in Python, then save_pretrained(…, safe_serialization=True) writes {file}.",
  },
  "adapter/unsupported#newer": {
    message: "{file} is of version {version, number} of Atelier’s own adapters; this app reads up to version {known, number}.",
    hint: "Open it in the newer app that wrote it, or update this one.",
  },
  "adapter/unsupported#peft": {
    message: "{file} says {key} = {found}, which Atelier does not support.",
    hint: "Use an adapter of a causal language model whose settings Atelier reads: see docs/methods.md.",
  },
  "adapter/unsupported#mlx": {
    message: "{file} of mlx-lm says {key} = {found}, which Atelier does not support.",
    hint: "Use a plain LoRA adapter.",
  },
  "adapter/unsupported#alpha": {
    message:
      "{file} says lora_parameters.alpha = {alpha} beside scale = {scale}: versions of mlx-lm before 0.18 multiply by scale · alpha / rank, 0.18 by scale alone, and the file does not say which made it.",
    hint: "Take alpha out of lora_parameters, with scale set to what its version multiplied by.",
  },
  "adapter/unsupported#pattern": {
    message: "{key} is {pattern}, a regular expression with {construct}, which Atelier cannot read.",
    hint: "Write the names of the modules into target_modules of {file} as a list.",
  },
} as const;
