// Training, and the runs that it makes.
export const messages = {
  "train/parameters": "What the run trains",
  "train/fixed": "What its method made",
  "train/optimizer-state": "The optimizer’s state {name}",
  "train/other-base":
    "The adapter says that it was made for {base}; the model in place is {loaded}. Its tensors fit; whether the weights are those that it was made for, nothing here can tell.",
} as const;

const notTheRate = "The learning rate is not the cause: the weights, or the adapter that the run starts from, overflow for these tokens.";
const askInChat =
  "Ask the model something in Chat. If that fails too, load it with another quantization or take another copy; else leave the example out.";

export const errors = {
  "train/diverged": {
    message: "Training diverged at step {step, number}: the loss is {loss}, the gradient norm {gradNorm}.",
    hint: "Lower the learning rate or turn on gradient clipping, then resume from the last checkpoint or start over.",
  },
  "train/float16-range": {
    message: "In float16 the loss of step {step, number} is {loss}: the model computes numbers above 65,504, where float16 ends.",
    hint: "Set the precision to float32. Where the loss is not a number there either, the message will say what it comes from.",
  },
  "train/float16-range#validation": {
    message: "In float16 the validation loss is {loss}: the model computes numbers above 65,504, where float16 ends.",
    hint: "Set the precision to float32. Where the loss is not a number there either, the message will say what it comes from.",
  },
  "train/float16-range#gradient": {
    message: "In float16 the gradient is infinite however small a factor the loss is given: steps were skipped until none was left.",
    hint: "Set the precision to float32, or lower the learning rate and resume from the last checkpoint.",
  },
  "train/input-not-finite#gradient": {
    message: `The gradient of the first step has the norm {gradNorm}, with a loss of {loss}, before anything was learned. ${notTheRate}`,
    hint: askInChat,
  },
  "train/input-not-finite#loss": {
    message: `The loss of the first step is {loss} before anything was learned. ${notTheRate}`,
    hint: askInChat,
  },
  "train/input-not-finite#batch": {
    message: `The loss of the first step is {loss} before anything was learned: it comes from batch {batch, number} of {batches, number}. ${notTheRate}`,
    hint: askInChat,
  },
  "train/input-not-finite#example": {
    message: `The loss of the first step is {loss} before anything was learned: it comes from example {row, number} of {rows, number} in batch {batch, number} of {batches, number}, which begins with the tokens {start}. ${notTheRate}`,
    hint: askInChat,
  },
  "train/input-not-finite#validation": {
    message: `The validation loss is {loss} before anything was learned. ${notTheRate}`,
    hint: askInChat,
  },
  "run/start-cancelled": { message: "The start of the run was cancelled.", hint: "Press Train again when you like." },
  "run/other-model": {
    message: 'The run "{run}" was trained on {trained}, and other weights are loaded now.',
    hint: "Load {trained} first; a model from scratch is loaded by a button of its run, on the Train step.",
  },
  "run/other-quantization": {
    message: 'The run "{run}" was trained on weights held as {trained}; they are loaded as {loaded}.',
    hint: "Load the model with {trained}, then resume.",
  },
  "run/other-quantization#codes": {
    message: 'The run "{run}" was trained on weights that texts had rounded ({quantization}); other texts rounded those that are loaded.',
    hint: "Load the copy on this device that the run was trained on, or round with the same data again; then resume. The adapter works either way, a little less exactly.",
  },
  "run/other-tokenizer": {
    message: "The examples of {data} were prepared with another tokenizer or chat template than that of {model} as it is loaded now.",
    hint: "Press Train to prepare them anew. To go on with a stored run, load the model with the tokenizer files that the run was started with.",
  },
  "data/nothing-to-learn#empty-mask": {
    message: "No token of this data would be learned: its loss mask is empty.",
    hint: "Give every example an assistant message with text.",
  },
  "data/too-long#batch": {
    message:
      "The batch has {tokens, plural, one {# token} other {# tokens}}{added, plural, =0 {} one { and # virtual token before} other { and # virtual tokens before}}; this model’s context holds {context, number}.",
    hint: "Lower the sequence length or shorten the example.",
  },
  "data/too-long#line": {
    message:
      "Line {line} has {tokens, plural, one {# token} other {# tokens}}{added, plural, =0 {} one { and # virtual token before} other { and # virtual tokens before}}; this model’s context holds {context, number}.",
    hint: "Lower the sequence length{added, plural, =0 {} other {, take fewer virtual tokens}} or shorten the example.",
  },
  "checkpoint/invalid#other-shape": {
    message: "The checkpoint of this run does not fit its own configuration.",
    hint: "It is damaged. Import it again or start a new run.",
  },
  "checkpoint/not-finite": {
    message: "{what} (group {group}) in this run’s checkpoint holds {found}.",
    hint: "It is damaged. Import it again where it came from, or start a new run.",
  },
} as const;
