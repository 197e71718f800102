// The page: forms of the weights, compared by measurement.
export const messages = {
  "compare/open": "Compare forms",
  "compare/title": "What each form costs, measured",
  "compare/about":
    "Measures the loss of {model} over {tokens, plural, one {# token} other {up to # tokens}} of {what} in each form, and the time of a training step with batches of {batch, number} × {length, plural, one {# token} other {# tokens}} and {method}. {model} stays loaded meanwhile.",
  "compare/over-data": "what is learned of {name}",
  "compare/over-text": "a neutral text that comes with the app",
  "compare/fetches":
    "Its files are fetched from {host} again: once for all forms where the browser has room to keep them until the end, else for each of them.",
  "compare/measure": "{forms, plural, =0 {Measure} one {Measure # form} other {Measure # forms}}",
  "compare/cancel": "Cancel measuring",
  "compare/close": "Close the comparison",
  "compare/all-measured": "All forms of the table are measured.",
  "compare/other-form": "Another form",
  "compare/add": "Add to the table",

  "compare/no-files":
    "The files that this model was loaded from are gone since the page was opened again. Choose them once more to compare forms.",
  "compare/is-measuring": "Forms are being compared. Wait, or cancel that first.",

  "compare/reading-data": "Reading the data …",
  "compare/fetching": "Fetching the files, {done, number, bytes} of {total, number, bytes}",
  "compare/loading": "Loading {form}, {fraction, number, percent}",
  "compare/measuring": "Measuring {form}, {tokens, number} of {of, plural, one {# token} other {# tokens}}",
  "compare/timing": "Timing a training step with {form}",
  "compare/progress": "Comparing forms",
  "compare/ended": "Cancelled. What was measured until then stays in the table.",
  "compare/done": "Forms compared: {forms}.",

  "compare/caption": "Forms of the weights of {model}",
  "compare/measured-over": "Measured over {tokens, plural, one {# predicted token} other {# predicted tokens}} of {what}.",
  "compare/against-exact": "Perplexity is compared with {form}, which holds exactly the numbers of the file.",
  "compare/against-nearest": "Perplexity is compared with {form}, the most faithful form that was measured: the exact numbers were not.",
  "compare/published": "As published: {forms}",
  "compare/step-value": "{seconds, number, measure} s",
  "compare/form": "Form",
  "compare/memory": "Memory of the weights",
  "compare/step": "Training step",
  "compare/loss": "Loss",
  "compare/ratio": "Perplexity",
  "compare/use": "Choice",
  "compare/bits": "{bits, number,::.##} bits per weight",
  "compare/loss-value": "{loss, number,::.0000}",
  "compare/ratio-value": "× {ratio, number,::.000}",
  "compare/reference": "reference",
  "compare/not-yet": "not measured",
  "compare/left-out": "Not measured: {why}",
  "compare/loaded": "Loaded now",
  "compare/use-this": "Use this form",
  "compare/use-named": "Use this form: {form}",
} as const;

export const errors = {
  "compare/no-room": {
    message: "Weights and training step take {needed, number, bytes} beside the loaded model; {limit, number, bytes} can be had.",
    hint: "Lower batch size or sequence length, or load a smaller form first.",
  },
} as const;
