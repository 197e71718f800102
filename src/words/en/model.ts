// Architectures and weights.
export const messages = {
  "model/a-string": "a string",
  "model/a-number": "a number",
  "model/a-number-above-zero": "a number above 0",
  "model/numbers-above-zero": "a list of {count, plural, one {# number above 0} other {# numbers above 0}}",
  "model/a-positive-whole-number": "a positive whole number",
  "model/true-or-false": "true or false",
  "model/an-entry-per-layer": "a list with {layers, plural, one {an entry for the only layer} other {an entry for each of the # layers}}",
  "model/nothing": "nothing",
  "model/nameless-method": "a method without a name",
  "model/method-of-width": "{method}, {bits, plural, one {# bit} other {# bits}}",
  "model/head-too": "{quantization}, the head too",
  "model/the-loss": "The loss",
  "model/the-training-loss": "The loss over the training data",
  "model/the-gradient-norm": "The gradient’s norm",
} as const;

const asPublished = "Take config.json as the model’s author published it.";
const sameModel = "Check that config.json and the weights belong to the same model.";

export const errors = {
  "model/not-loaded": { message: "No model is loaded yet.", hint: "Load a model first." },
  "model/unknown-architecture#model-type": {
    message: 'config.json says model_type "{type}", which Atelier does not know.',
    hint: "Known: {known}.",
  },
  "model/config-invalid#no-object": { message: "config.json is not a JSON object.", hint: asPublished },
  "model/config-invalid#no-object-at": { message: "config.json at {key} is not a JSON object.", hint: asPublished },
  "model/config-invalid#missing": { message: "{key} is missing in config.json; expected {expected}.", hint: asPublished },
  "model/config-invalid#wrong": { message: "{key} is {found} in config.json; expected {expected}.", hint: asPublished },
  "model/config-invalid#two-ropes": {
    message: "config.json says one thing in rope_parameters and another in rope_scaling.",
    hint: asPublished,
  },
  "model/config-invalid#two-rope-types": {
    message: "config.json says rope_type {type} and type {other} in one place.",
    hint: asPublished,
  },
  "model/config-invalid#rotation": {
    message:
      "config.json lets {dims, number} of a head’s {all, plural, one {# dimension} other {# dimensions}} turn with the position; that must be an even number.",
    hint: asPublished,
  },
  "model/config-invalid#heads": {
    message:
      "config.json has {heads, number} num_attention_heads for {kvHeads, number} num_key_value_heads; the first must be a multiple of the second.",
    hint: asPublished,
  },
  "model/unsupported-feature#setting": {
    message: "config.json says {key} = {value}, which Atelier does not support.",
    hint: "Choose a model without it.",
  },
  "model/unsupported-feature#option": {
    message: "config.json says {key} = {value}, which Atelier does not support.",
    hint: "Supported: {supported}.",
  },
  "model/needs-calibration": {
    message: "{quantization} rounds weights by what texts show, and none were given.",
    hint: "Choose it in the page once this model is loaded, or run `quantize --quant {quantization} --data FILE`.",
  },
  "model/not-published": {
    message: "Tensor {tensor} is to be held as it was published, and its file does not have it in a form that can be.",
    hint: "Load the model with another form of the weights, e.g. int8.",
  },
  "model/unsupported-feature#quantized": {
    message: "These weights are quantized already, as {key} says ({method}): a form that Atelier does not read.",
    hint: "Load its unquantized base. It is quantized while it is loaded: nf4 is the form of bitsandbytes.",
  },
  "model/unsupported-feature#quantized-from": {
    message: "These weights are quantized already, as {key} says ({method}): a form that Atelier does not read.",
    hint: "Load its unquantized base, {base}. It is quantized while it is loaded: nf4 is the form of bitsandbytes.",
  },
  "model/tensor-missing#asked": { message: "The weights have no tensor {tensor}.", hint: sameModel },
  "model/tensor-shape": { message: "Tensor {tensor} has shape [{found}]; config.json asks for [{expected}].", hint: sameModel },
  "model/tensor-unknown#unused": {
    message: "The weights hold a tensor {tensor} that this architecture does not use.",
    hint: "The model has a part that Atelier would leave out; its answers would be wrong.",
  },
  "model/reader": {
    message: "{found, number} numbers of {tensor} came; {expected, number} were asked for.",
    hint: "Report this fault.",
  },
  "model/not-finite#tensor": {
    message: "The weights hold {found} in tensor {tensor}.",
    hint: "The file is damaged, or was saved from a training that diverged. Download it again, or choose another copy of the model.",
  },
  "model/not-holdable": {
    message: "Tensor {tensor} holds numbers too large to be held as {quantization}.",
    hint: "Load the model with another quantization, e.g. none.",
  },
  "model/gptq-hessian": {
    message: "GPTQ cannot use what was measured of the inputs: column {column, number} has no positive, finite square left.",
    hint: "Take other text to calibrate with, or load the model with another quantization, e.g. int4-fine or int8.",
  },
  "model/float16-range": {
    message: "A weight is {value, number}; float16 ends at {largest, number}.",
    hint: "Load the model with another quantization, e.g. int8 or none.",
  },
  "model/float16-range#bfloat16": {
    message: "A weight is {value, number}; bfloat16 weights, which are held as float16 times 2⁻¹², may be {largest, number} at most.",
    hint: "Load the model with another quantization, e.g. int8 or none.",
  },
  "model/float16-range#tensor": { message: "{what} It is in tensor {tensor}.", hint: "{hint}" },
  "model/file-missing#no-tokenizer": {
    message: "This model was loaded without a tokenizer, so it cannot read text.",
    hint: "Add tokenizer.json and tokenizer_config.json to its folder, or give token ids.",
  },
  "model/logits-not-finite": {
    message:
      "{count, number} of the {all, number} logits {count, plural, one {is} other {are}} not finite; that of token {token} is {found}.",
    hint: "The weights, finite as they are, overflow for these tokens. Load the model with another quantization, or take another copy of it.",
  },
  "model/logits-not-finite#adapter": {
    message:
      "{count, number} of the {all, number} logits {count, plural, one {is} other {are}} not finite; that of token {token} is {found}.",
    hint: "Try the base model without the adapter. If that answers, the adapter’s numbers are too large: take an earlier checkpoint of it.",
  },
  "model/loss-not-finite": {
    message: "{what} is {found}.",
    hint: "The weights or the adapter overflow for these tokens. Try the base model without the adapter, or other examples.",
  },
  "tokens/out-of-vocabulary": {
    message: "Token id {id} is outside the model’s vocabulary of {size, number}.",
    hint: "Use the tokenizer that belongs to this model.",
  },
  "tokens/past-context": {
    message: "A token stands at position {position, number}; this model has learned positions up to {last, number}.",
    hint: "Give at most {most, plural, one {# token} other {# tokens}}.",
  },
  "config/invalid#layers": {
    message: "Layers are {found}; this model has {layers, plural, one {# layer, number 0} other {# layers, numbered 0 to {last, number}}}.",
    hint: "Give first:last, both included, or last:K.",
  },
  "config/invalid#blocks": {
    message: "{module} takes {width} features, which cannot be cut into blocks of {size}.",
    hint: "Choose another block size, or other target modules.",
  },
  "config/invalid#in-file": { message: "{file}, with the options beside it: {what}", hint: "{hint}" },
  "config/invalid#factor-zero": {
    message: "Nothing can be divided by a factor of 0.",
    hint: "Choose 1 or more, or −1 for factors that are as even as they can be.",
  },
  "config/invalid#factors": {
    message: "{module} takes {width} features, which {factors} butterfly factors with blocks of {size} cannot shuffle.",
    hint: "Choose fewer factors, or an even block size of which a power of two divides the features.",
  },
  "config/invalid#feedforward": {
    message: "Feed-forward module {module} is not among the target modules: {targets}.",
    hint: "Add it to the targets, or leave it out.",
  },
  "config/invalid#no-default": {
    message: "IA³ has no modules of its own for the family {family}.",
    hint: "Name target modules and feed-forward modules among: {names}.",
  },
  "config/invalid#target": {
    message: 'Target module "{target}" is none of this {family} model’s.',
    hint: "Choose among {names}, or {all}.",
  },
  "config/invalid#virtual-tokens": {
    message:
      "{count, plural, one {# virtual token leaves} other {# virtual tokens leave}} nothing of this model’s context of {context, number}.",
    hint: "Take fewer virtual tokens.",
  },
  "config/invalid#prompt-text": {
    message: "The starting text “{found}” makes no tokens.",
    hint: "Give another text, or none: the virtual tokens then start at random.",
  },
  "config/invalid#no-tokenizer": {
    message: "This model was loaded without a tokenizer, so that virtual tokens cannot start from a text.",
    hint: "Leave the starting text empty, or load the model with its tokenizer.",
  },
  "config/invalid#no-bias": {
    message: "This {family} model has no biases where they were asked for, so there is nothing to train.",
    hint: "Choose another method, e.g. norms or LoRA.",
  },
  "config/invalid#no-tokens": {
    message: "No token is named whose embedding is to be trained.",
    hint: "Give ids of tokens, e.g. 12, 400.",
  },
  "config/invalid#token": {
    message: "Token id {id} is outside the model’s vocabulary.",
    hint: "Ids go from 0 to {last}.",
  },
  "config/invalid#heads": {
    message: "A width of {width, number} cannot be shared by {heads, number} heads.",
    hint: "Choose a multiple of {step, number} as width, or other heads.",
  },
  "config/invalid#not-new": {
    message:
      "From scratch trains a new model with width {width, number}, depth {depth, number}, {heads, plural, one {# head} other {# heads}} and a context of {context, number}; the loaded one has another shape.",
    hint: "Start the run from the form or the command: they make the model first.",
  },
  "config/invalid#vocabulary-by-ids": {
    message: "Vocabulary is 0, and there is no tokenizer.",
    hint: "Give the number of different tokens in the batch.",
  },
  "config/invalid#float16": {
    message: "Training in float16 takes a GPU whose WebGPU has the feature shader-f16; {engine} has none.",
    hint: "Set the precision to float32, or load the model on such a GPU.",
  },
  "config/invalid#quantized-base": {
    message: "{method} trains every weight in float32; this model is held as {held}, whose rounded weights would only be the start.",
    hint: "Load the model with the quantization none, or choose a method that leaves most weights as they are, e.g. LoRA.",
  },
  "config/invalid#saved": {
    message: 'The name "{found}" of a module to train whole fits none of this {family} model’s.',
    hint: "Modules that can be trained whole end with: {names}.",
  },
  "config/invalid#saved-target": {
    message: "Module {module} is to be trained whole and to get an adapter as well.",
    hint: "Take it out of one of the two.",
  },
  "config/invalid#saved-tokens": {
    message: "The embedding is to be trained whole, and single tokens of it apart.",
    hint: "Choose one of the two.",
  },
  "config/invalid#expression": {
    message: "{found} is no regular expression.",
    hint: "Between the slashes stands one as Python reads it, for the whole path of a module, or a name such as q_proj without slashes.",
  },
  "config/invalid#expression-with": {
    message: "{found} is a regular expression with {construct}, which Atelier cannot read.",
    hint: "Give the names of the modules instead.",
  },
  "config/invalid#nothing-tied": {
    message: "{knob}: there is nothing to tie. No table is trained whole, or this model’s head is a matrix of its own.",
    hint: "Take it out, or name the table of tokens under {save}, e.g. embed_tokens.",
  },
  "config/invalid#idle": {
    message: "{knob}: {found} means none of the target modules.",
    hint: "Take it out, or correct it: a name means the modules whose path ends with it.",
  },
  "config/invalid#no-modules": { message: "No target module is left.", hint: "Choose more layers, or exclude fewer modules." },
  "config/invalid#pissa-rank": {
    message: "Rank {rank, number} is more than {module} has: its weight is {rows, number} by {columns, number}.",
    hint: "Choose a smaller rank, or a rank of its own for this module.",
  },
} as const;
