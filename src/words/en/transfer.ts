// What is trained travels: on which weights an adapter was trained, what to run it on, and whether what it learned holds there.
export const messages = {
  "transfer/base": "{name} (commit {commit})",
  "transfer/on-published": "Trained on {base} as published ({form}).",
  "transfer/on-plain": "Trained on {base} as published, not rounded.",
  "transfer/on-rounded": "Trained on {base}, its weights rounded to {form}.",
  "transfer/on-rounded-bits": "Trained on {base}, its weights rounded to {form} ({bits, number,::.##} bits per weight).",
  "transfer/on-unknown": "Imported for {base}. On which weights it was trained is not known here.",
  "transfer/unrounded": "not rounded",
  "transfer/run-on-file":
    "Run it on the same file, or on its weights taken out of it as plain numbers: they are the same. On another quantization of the model, or on what the file was quantized from, a part of what was learned may not hold.",
  "transfer/run-on-plain": "Run it on the same weights. On a quantization of them a part of what was learned may not hold.",
  "transfer/run-on-published":
    "Other programs will run it on the weights as they were published. Those are not quite what it was trained on, and a part of what was learned may not hold there.",

  "transfer/whole-model":
    "A whole model, trained from scratch with Atelier. It loads with transformers (AutoModelForCausalLM.from_pretrained) and in Atelier as a model from this computer; history.jsonl is the loss of its training.",
  "transfer/pissa-as-lora":
    "Trained by PiSSA, whose base is changed at its start. What it changed and what it learned are both in this adapter, as a plain LoRA of twice the rank: it belongs on the weights as they were.",
  "transfer/title": "On other weights",
  "transfer/check": "Check on the published weights",
  "transfer/check-help":
    "Asks for up to {most, number} taught examples again. One is right where the model says every learned token of it, word for word. The published weights are read for it from where they came.",
  "transfer/cancel": "Cancel the check",
  "transfer/progress": "Check on the published weights",
  "transfer/stage-trained": "On the weights it was trained on: {fraction, number, percent}",
  "transfer/stage-reading": "Reading the published weights: {fraction, number, percent}",
  "transfer/stage-published": "On the published weights: {fraction, number, percent}",
  "transfer/same":
    "{right, number} of {of, plural, one {# taught example is} other {# taught examples are}} still right. The weights it was trained on are the published ones ({form}), so that both are one check.",
  "transfer/published":
    "On the published weights ({form}): {right, number} of {of, plural, one {# taught example is} other {# taught examples are}} still right.",
  "transfer/trained": "On the weights it was trained on ({form}): {right, number} of {of, number}.",
  "transfer/published-unknown": "On the published weights: not known. {why}",
  "transfer/trained-unknown": "On the weights it was trained on: not known. {why}",
  "transfer/cancelled": "The check was cancelled.",
  "transfer/held-otherwise": "They are loaded as {loaded} now, and it was trained on {trained}.",
} as const;

export const errors = {
  "transfer/nothing-taught": {
    message: "This run has no examples that it learned, so that there is nothing to check.",
    hint: "Ask the model in Chat instead.",
  },
  "transfer/files-gone": {
    message: "The files of {name} are not open in this tab any more, so that its published weights cannot be read.",
    hint: "Choose the files again, then check.",
  },
  "transfer/no-room": {
    message:
      "The published weights do not fit beside those that are loaded: together they would take {needed, number, bytes}, and there are {room, number, bytes}.",
    hint: "Load the model as published, then check again: nothing has to be held twice then.",
  },
  "transfer/other-weights": {
    message: "What {name} stands for now are other weights than those that this run was trained on.",
    hint: "Load the version that the run was trained on.",
  },
  "run/busy#check": { message: "The check has to wait: a run is training.", hint: "Pause or stop it first." },
} as const;
