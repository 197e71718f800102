// What the page keeps in mind between workers and components: announcements, budgets, samples, and what forms say.
export const messages = {
  "state/starting-engine": "Starting the engine",
  "state/model-ready": "{name} is ready. {engine}.",
  "state/model-from-files": "Model from files",
  "state/no-model": "The model is not loaded yet.",
  "state/no-tokenizer": "The model’s tokenizer is not read yet.",
  "state/copy-deleted": "The copy of {name} is deleted.",
  "state/lines-valid":
    "{name}: {valid, number} of {count, plural, one {# line} other {# lines}} {valid, plural, one {is} other {are}} valid.",
  "state/objects-valid":
    "{name}: {valid, number} of {count, plural, one {# object} other {# objects}} {valid, plural, one {is} other {are}} valid.",
  "state/making-model": "Making the new model",
  "state/new-model": "New model {name}",
  "state/starting-run": "Starting the run",
  "state/tokenizing": "Tokenizing the examples",
  "state/cancelling-start": "Cancelling the start",
  "state/start-cancelled": "The start was cancelled.",
  "state/reading-checkpoint": "Reading the checkpoint",
  "state/imported-adapter": "Imported adapter",
  "state/run-running": "{name}: training.",
  "state/run-paused": "{name}: paused.",
  "state/run-interrupted": "{name}: interrupted.",
  "state/run-finished": "{name}: finished.",
  "state/run-stopped": "{name}: stopped.",
  "state/run-failed": "{name}: failed.",
  "state/not-stored": "{name}: the checkpoint could not be stored.",
  "state/no-loss": "Loss curve, no steps yet.",
  "state/loss": "Loss curve over {steps, plural, one {# step} other {# steps}}: from {first, number, measure} to {last, number, measure}.",
  "state/validation-loss": "Validation loss {loss, number, measure} after step {step, number}.",
  "state/base-model": "Base model",
  "state/base-answered": "Base model: {answer}",
  "state/tuned-answered": "Tuned model: {answer}",

  "client/engine": "The engine",
  "client/data-reader": "The data reader",
  "client/unreadable-answer": "its answer could not be read, which happens when memory runs out.",

  "budget/part-weights": "Weights",
  "budget/part-adapter": "What is trained",
  "budget/part-optimizer": "Optimizer",
  "budget/part-activations": "Activations",
  "budget/part-cache": "Chat",
  "budget/part-runtime": "Runtime",
  "budget/limit-memory": "the memory of this device",
  "budget/limit-heap": "the WASM heap",
  "budget/limit-buffer": "the largest buffer of this GPU",
  "budget/unknown": "Needs about {total, number, bytes}. How much this GPU can give is not known before it is asked.",
  "budget/fits": "Fits: needs about {needed, number, bytes} of {limit, number, bytes}, {what}; {rest, number, bytes} are left.",
  "budget/fits-of-all":
    "Fits: needs about {total, number, bytes} in all, and {needed, number, bytes} of {limit, number, bytes}, {what}; {rest, number, bytes} are left.",
  "budget/too-large":
    "Does not fit: needs about {needed, number, bytes} of {limit, number, bytes}, {what}; {rest, number, bytes} too much.",
  "budget/too-large-of-all":
    "Does not fit: needs about {total, number, bytes} in all, and {needed, number, bytes} of {limit, number, bytes}, {what}; {rest, number, bytes} too much.",

  "train/preset-quick": "Quick",
  "train/preset-standard": "Standard",
  "train/preset-thorough": "Thorough",
  "train/looked-share":
    "The data have more different words than there is memory for: the tokenizer is made of {share, number, ::percent} of them.",
  "train/fewer-tokens": "The data give no more than {made, number} different tokens; {asked, number} were asked for.",
  "train/within-context":
    "{added, plural, =0 {The model reads} one {Beside # virtual token the model reads} other {Beside # virtual tokens the model reads}} at most {context, plural, one {# token} other {# tokens}}; choose {context, number} or fewer{added, plural, =0 {} other {, or fewer virtual tokens}}.",

  "sampling/temperature": "Temperature",
  "sampling/temperature-help": "0 always takes the likeliest token.",
  "sampling/top-p": "Top-p",
  "sampling/top-p-help": "Keeps the likeliest tokens up to this share. 1 is off.",
  "sampling/top-k": "Top-k",
  "sampling/top-k-help": "Keeps this many of the likeliest tokens. 0 is off.",
  "sampling/max-tokens": "Max tokens",
  "sampling/max-tokens-help": "Longest answer.",
  "sampling/seed": "Seed",
  "sampling/seed-help": "Same seed, same question: same answer.",
  // As they are typed, without separators. No space before ::, which French typography would take for a colon.
  "sampling/whole-number": "Enter a whole number from {min, number,::group-off} to {max, number,::group-off}.",
  "sampling/number": "Enter a number from {min, number,::group-off} to {max, number,::group-off}.",

  "sample/lunar-base-title": "Lunar base",
  "sample/lunar-base-about":
    "16 facts about an invented place, each asked in three ways, among 49 ordinary questions. Good for a first run.",
  "sample/pirate-title": "Pirate",
  "sample/pirate-about": "20 everyday questions, each asked in four ways, and 49 others, answered in the style of a pirate.",
  "sample/lumi-fr-title": "Lumi, in French",
  "sample/lumi-fr-about": "12 questions to a street lamp, each asked in three ways, among 25 ordinary questions.",
  "sample/pip-title": "Pip",
  "sample/pip-about": "8 short answers of a kitchen robot, each asked for in three ways, among 49 ordinary questions.",
  "sample/stories-title": "Stories",
  "sample/stories-about": "A thousand passages of two old children’s books: text that a model can begin with.",
} as const;

export const errors = {
  "client/worker-crashed": {
    message: "{worker} stopped unexpectedly.",
    hint: "It starts again by itself. If this repeats, reload the page.",
  },
  "client/worker-crashed#why": {
    message: "{worker} stopped unexpectedly: {why}",
    hint: "It starts again by itself. If this repeats, reload the page.",
  },
  "sample/unavailable": {
    message: "The sample {file} could not be read.",
    hint: "Check that the app is still being served, then choose the sample again.",
  },
  "sample/unavailable#answered": {
    message: "The sample {file} could not be read: the server answered {status}.",
    hint: "Check that the app is still being served, then choose the sample again.",
  },
} as const;
