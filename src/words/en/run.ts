// Runs and their checkpoints.
export const messages = {
  "run/all-warmup":
    "The run ends within its warmup: {steps, plural, one {its only step} other {the last of its # steps}} has {share, number, percent} of the learning rate that was asked for. Train for more than {warmup, number} steps, or warm up for fewer.",
  "run/other-blocks":
    "A block size of {asked, number} does not divide every width: blocks of {sizes} are used where it does not, the nearest that do.",
  "run/muon-without-matrices": "This method trains no matrices, so that Muon leaves all of it to AdamW.",
  "run/too-long":
    "{count, plural, one {# example} other {# examples}} ({lines}) left out: with the {added, plural, one {# virtual token} other {# virtual tokens}} before, longer than the {context, plural, one {# token} other {# tokens}} that the model’s context holds.",
  "run/left-out":
    "{count, plural, one {# of the {total, number} examples was} other {# of the {total, number} examples were}} left out; the Data step says why, and so does the command.",
  "run/phase-running": "Training",
  "run/phase-paused": "Paused",
  "run/phase-interrupted": "Interrupted",
  "run/phase-finished": "Finished",
  "run/phase-stopped": "Stopped",
  "run/phase-failed": "Failed",
  "run/one-batch": "one batch",
  "run/imported-adapter": "imported adapter",
} as const;

export const errors = {
  "run/finished": {
    message: 'The run "{name}" has done all its {steps, plural, one {# step} other {# steps}}.',
    hint: "Start a new run to train further.",
  },
  "run/busy#compare": { message: "Comparing forms has to wait: a run is training.", hint: "Pause or stop it first." },
  "run/busy#load": { message: "Loading another model has to wait: a run is training.", hint: "Pause or stop it first." },
  "run/busy#start": { message: "Starting a run has to wait: a run is training.", hint: "Pause or stop it first." },
  "run/busy#resume": { message: "Resuming a run has to wait: a run is training.", hint: "Pause or stop it first." },
  "run/elsewhere": { message: "This run is training in another tab.", hint: "Pause or stop it there first." },
  "run/model-changed": {
    message: "Another model was asked for while the examples were being tokenized.",
    hint: "Wait until it is ready, then press Train again.",
  },
  "run/data-changed": {
    message: "The data was changed since Train was pressed; nothing was trained.",
    hint: "Press Train again to train on the data that is open now.",
  },
  // Earlier versions kept what had gone wrong as sentences.
  "run/told-before": { message: "{message}", hint: "{hint}" },
  "checkpoint/missing": {
    message:
      "The {what, select, record {record} data {data} checkpoint {checkpoint} other {history}} of this run is not in the browser’s storage.",
    hint: "It may have been deleted in another tab. Start a new run.",
  },
  "checkpoint/newer": {
    message: "This run was written by a newer version of Atelier (format {found}; this one reads {known}).",
    hint: "Reload the page to get the newest version.",
  },
} as const;
