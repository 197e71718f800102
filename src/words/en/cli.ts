// The headless command: what goes wrong, and its progress.
export const messages = {
  "cli/loading":
    "loading: {stage, select, engine {engine} download {download} calibration {calibration} weights {weights} tokenizer {tokenizer} other {model}} {fraction, number, percent}",
  "cli/loaded":
    "loaded {name} ({family}, {parameters, number} parameters, {quantization}{head, select, held {, head too} other {}}) on {engine}",
  "cli/unchecked":
    "{count, plural, one {the checksum of {files} was not taken: its parts} other {the checksums of {files} were not taken: their parts}} were read out of order",
  "cli/left-out": "left out: {what}",
  "cli/new-model": "new model: {parameters, number} parameters, {vocabulary, number} tokens",
  "cli/note": "note: {what} {hint}",
  "cli/unused": "not used: {key}, in {count, number} of {lines, number}",
  "cli/valid":
    "{name}: {valid, number} of {lines, plural, one {# {unit, select, line {line} object {object} other {record}} is} other {# {unit, select, line {lines} object {objects} other {records}} are}} valid ({format})",
  "cli/check":
    "{usable, plural, one {# example} other {# examples}} in {rows, plural, one {# row} other {# rows}}: {learned, number} of {total, number} tokens are learned; the longest row has {longest, number}",
  "cli/step":
    "step {step, number}: loss {loss, number,::.0000}, gradient norm {norm, number,::.0000}, learning rate {rate, number, measure}",
  "cli/skipped":
    "before step {step, number}: {count, plural, one {# step} other {# steps}} skipped, since the gradient was infinite in float16",
  "cli/validation-loss": "validation loss after {steps, plural, one {# step} other {# steps}}: {loss, number,::.0000}",
  "cli/loss-not-finite": "The validation loss after {steps, plural, one {# step} other {# steps}} is not finite.",
  "cli/checkpoint-not-stored": "the checkpoint at step {step, number} was not stored: {why}",
  "cli/rounded-with": "Weights rounded with {what}: other texts give other codes.",
  "cli/neutral-text": "the neutral text",
  "cli/head-as-published": "The embedding table and the head are held as published, so --quant-head changes nothing.",
  "cli/timing": "timing the stages at {batch, number} × {length, number} tokens",
  "cli/ending": "ending after this step …",
  "cli/section-of": "{section} in {file}",
  "cli/difference": "{name} = {stored} (not {asked})",
  "ignored/batch": "{options} not used: with --batch every step learns that batch as it is.",
  "ignored/new-model": "{options} not used: the model is a new one, in float32.",
  "ignored/adapter": "{options} not used: with --adapter, method and settings are the adapter’s.",
  "ignored/no-validation": "{options} not used: without --validation or --validation-data there is nothing to measure.",
  "ignored/ids": "{options} not used: with --ids the tokens are the whole prompt.",
  "cli/prompt-not-json": "it is not JSON",
  "cli/prompt-no-text": 'it has neither a text "prompt" nor a list "messages"',
  "cli/prompt-both": 'it has both "prompt" and "messages"',
  "cli/prompt-message": 'message {at, number} lacks a text "content" or one of the roles system, user and assistant',
  "cli/prompt-raw": "--raw goes on from a text, and it has messages",
  "cli/answers-written": "{count, number} of {all, number} answers",
  "ignored/raw": "{options} not used: with --raw the prompt is the whole text.",
  "ignored/random-weights": "{options} not used: that shape has random weights of its own.",
  "ignored/model": "{options} not used: --model says what to time.",
  "ignored/base-alone": "{options} not used: only the base model counts here.",
  "ignored/no-model": "{options} not used: no model is loaded.",
  "ignored/forms": "{options} not used: --forms says which forms are measured.",
  "ignored/whole-batch": "{options} not used: a batch is measured whole.",
  "quality/measuring": "measuring {form} over {tokens, plural, one {# token} other {# tokens}}",
  "quality/measured-with-its-own":
    "Rounded and measured with the same neutral text, which flatters. Name texts of your own with --data or --text to round with.",
  "quality/measured": "{form}: loss {loss, number,::.0000}, perplexity × {ratio, number,::.000}, {size, number, bytes}",
  "quality/chatted": "{form}, as chatted: loss {loss, number,::.0000}, perplexity × {ratio, number,::.0000} of the same form",
  "quality/left-out": "{form} was not measured: {why}",
  "quality/ended": "Ended before all was measured. Missing: {forms}.",
  "ignored/no-hub": "{options} not used: the model does not come from a hub.",
} as const;

export const errors = {
  "cli/usage#verb": { message: 'There is no verb "{name}".', hint: "Verbs: {verbs}." },
  "cli/usage#option": { message: "There is no option {name}.", hint: "Options of {verb}: {options}." },
  "cli/usage#argument": { message: '"{value}" belongs to no option.', hint: "Options of {verb}: {options}." },
  "cli/usage#no-value": { message: "{name} has no value.", hint: "{help}" },
  "cli/usage#like-an-option": {
    message: "{name} is followed by {value}, which looks like an option.",
    hint: "Give {name} its value; one that begins with a dash is written {name}={value}.",
  },
  "cli/usage#flag": { message: "{name} takes no value.", hint: 'Leave "{value}" out.' },
  "cli/usage#language": { message: 'Atelier does not speak "{language}".', hint: "Known languages: {known}." },
  "cli/usage#missing": { message: "{name} is missing.", hint: "{help}" },
  "cli/usage#number": { message: '{name} is "{value}"; expected a number.', hint: "{help}" },
  "cli/usage#whole-number": { message: '{name} is "{value}"; expected a whole number.', hint: "{help}" },
  "cli/usage#ids": { message: '--ids is "{value}"; expected whole numbers with commas between them.', hint: "{help}" },
  "cli/usage#form": { message: 'There is no form "{name}" of weights.', hint: "Forms: {forms}." },
  "cli/usage#several-texts": {
    message: "{options} exclude each other: one text is measured in every form.",
    hint: "Give one of them.",
  },
  "cli/usage#gpu-on-wasm": {
    message: "--require-gpu and --ep wasm exclude each other: WASM computes on the CPU.",
    hint: "Leave one of them out.",
  },
  "cli/usage#no-gradient": {
    message: "--grads cannot be followed: of the base alone nothing is trained.",
    hint: "Name an adapter with --adapter, or a method with --method for the gradients at its start.",
  },
  "cli/usage#other-kind": {
    message: "{options} cannot be used with {choice}.",
    hint: "Leave {count, plural, one {it} other {them}} out, or choose {having, plural, =0 {another} other {one of: {kinds}}}.",
  },
  "cli/usage#token-env": {
    message: "--token-env names {name}, which is not set.",
    hint: "Set it to the hub’s token, or leave the option out.",
  },
  "cli/usage#prompt-or-ids": { message: "chat takes one of --prompt, --prompts and --ids.", hint: "Give one of them." },
  "cli/usage#prompt-line": {
    message: "Line {line, number} of {path} is no prompt: {what}.",
    hint: 'Each line is a JSON object with a text "prompt", or with "messages", a list whose items have "role" and "content".',
  },
  "cli/usage#no-prompts": { message: "{path} has no prompts.", hint: "Put one on each line." },
  "cli/usage#nothing-to-train-on": {
    message: "train needs --data FILE.jsonl or --batch FILE.json.",
    hint: "Give one of them, or --resume DIR.",
  },
  "cli/usage#no-data": { message: "There is no data file.", hint: "Add --data FILE.jsonl or --batch FILE.json." },
  "cli/usage#nothing-to-resume": {
    message: "There is no saved run to resume.",
    hint: "Give --resume the folder that an earlier train wrote with --out.",
  },
  "cli/usage#beside-adapter": {
    message: "{options} would be ignored: with --adapter, method and settings are the adapter’s.",
    hint: "Leave {count, plural, one {it} other {them}} out, or leave --adapter out to begin anew.",
  },
  "cli/usage#repeated": {
    message: "{name} is given {count, number} times.",
    hint: "Give it once.",
  },
  "cli/usage#beside-resume": {
    message: "{options} would be ignored: with --resume the saved run goes on with its own data.",
    hint: "Leave {count, plural, one {it} other {them}} out.",
  },
  "quality/nothing-to-measure": { message: "No token of it is predicted.", hint: "Give a text or a dataset of more than one token." },
  "quality/ended-at-once": {
    message: "Ended before the f32 weights were measured, which all others are compared with.",
    hint: "Start it again when you like.",
  },
  "cli/resume-differs": {
    message: "The saved run has {differences}.",
    hint: "A run is resumed as it was started: leave them out, or start a new run.",
  },
  "cli/no-such-file": { message: "There is no {path}.", hint: "Check the path." },
  "cli/no-such-file#folder": { message: "{path} is not a folder.", hint: "Give the folder that holds the files." },
  "cli/no-such-file#is-folder": { message: "{path} is a folder; a file is expected.", hint: "Give the path of one file." },
  "cli/no-browser": {
    message: "No Chromium was found and none could be installed.",
    hint: "Install Chromium, or set ATELIER_CHROMIUM to its path.",
  },
  "cli/page-failed": { message: "The page did not start.", hint: "Run npm ci, then try again." },
  "cli/page-failed#saying": { message: "The page did not start: {faults}", hint: "Run npm ci, then try again." },
  "data/batch-invalid#file": { message: "{path} is not valid JSON.", hint: "Check the file." },
  "engine/no-gpu": {
    message: "There is no GPU, and WebGPU is not available.",
    hint: "Run it where a GPU is, with a browser that may use it, or leave --require-gpu out.",
  },
  "engine/no-gpu#because": {
    message: "There is no GPU: {why}.",
    hint: "Run it where a GPU is, with a browser that may use it, or leave --require-gpu out.",
  },
  "engine/no-gpu#software": {
    message: "There is no GPU: the only WebGPU adapter, {adapter}, computes on the CPU.",
    hint: "Run it where a GPU is, with a browser that may use it, or leave --require-gpu out.",
  },
} as const;
