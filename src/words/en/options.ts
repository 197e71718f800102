// The help of the headless command: its options and verbs.
export const messages = {
  "help/usage": "npm run -s headless -- <verb> [options]",
  "help/about": "Runs Atelier’s engine in headless Chromium, without the page. Prints one JSON object on stdout and progress on stderr.",
  "help/failure": "On failure it prints {json} and exits with 1 (2 where the command itself is wrong).",
  "help/fallback": 'An answer that was computed by a WebGPU adapter that is no GPU has "fallback": true besides.',
  "help/common": "Options of every verb:",
  "help/verbs": "Verbs:",
  "help/prints": "Prints {json}",
  "value/model": "DIR|FILE.gguf|owner/name[@revision]|URL",
  "value/folder": "DIR",
  "value/name": "NAME",
  "value/text": "TEXT",
  "value/batch": "FILE.json",
  "value/plain-text": "FILE.txt",
  "value/data": "FILE.jsonl",
  "value/gradients": "OUT.safetensors",
  "value/shape": "smollm2-135m|DIR",
  "value/config": "FILE.yaml",
  "option/with-default": "{help} Default {value}.",
  "option/model":
    "A folder with config.json, model.safetensors, tokenizer.json, tokenizer_config.json; one GGUF file; a model of the hub; or such a folder’s address. A folder that is there goes before the hub. Default: the bundled model.",
  "option/endpoint": "The hub that models are fetched from.",
  "option/token-env": "Environment variable that holds the hub’s token, for gated models.",
  "option/adapter":
    "Adapter folder: adapter_config.json with adapter_model.safetensors (PEFT) or adapters.safetensors (mlx-lm). What there is to say about it is on stderr and in notes.",
  "option/ep": "Execution provider. Default: what the page would choose. A named one is never replaced.",
  "option/require-gpu":
    'Runs on a real GPU or fails, before anything is loaded. Without it, an answer from a WebGPU adapter that computes on the CPU has "fallback": true; all others have no such key.',
  "option/quant": "How the base is held, with bits per weight: {forms}.",
  "option/quant-form": "{name} ({bits, number,::.##})",
  "option/seed": "Seed of everything random.",
  "option/lang": "Language of all that is said. Default: the system’s, by LC_ALL, LC_MESSAGES and LANG.",
  "option/ids": "Token ids.",
  "option/batch": "One batch: input_ids, attention_mask, labels (unshifted, -100 where nothing is learned).",
  "option/grads": "Writes gradients by the names that parameters have in PEFT: those of --adapter, or those at the start of --method.",
  "value/map": "question=COLUMN,answer=COLUMN",
  "option/map":
    "What columns of no known shape are: question and answer, with or without system; or text. A value is a column, a template that names columns between braces, or a constant in double quotes.",
  "option/data":
    "Chats or documents: JSON Lines, JSON, CSV or TSV, plain text, Markdown, or a ZIP of these; told by what is in the file. Several files, as --data A --data B, are one dataset.",
  "option/turns":
    "What of a chat is learned: all (every answer of the assistant), last (only the last answer of each chat; what came before is context), everything (every token: questions, system messages and what the template writes, too).",
  "option/method": "What is trained: which numbers are added to the model or freed in it.",
  "option/optimizer": "How parameters follow from gradients.",
  "option/config": "Settings of the run in sections, as config.yaml in the folder of --out has them; options outweigh the file.",
  "option/depends": "{value}; with other choices others",
  "option/only-with": "{help} Only with {with}.",
  "option/show": "Prints the first N usable examples as they are learned.",
  "option/seq": "Longest example in tokens; for bench the tokens of a sequence.",
  "option/targets": "Modules that get an adapter. Which exist is the model’s to say.",
  "option/validation": "Share of the examples kept out to measure the validation loss.",
  "option/stop-after": "Ends after N steps of the schedule; --resume goes on from there.",
  "option/resume":
    "Goes on with the run that an earlier train saved in DIR, as it was started. Options that the saved run decides are refused beside it.",
  "option/out": "Gets adapter_config.json, adapter_model.safetensors, README.md, history.jsonl, config.yaml and state.safetensors.",
  "option/check-published":
    "When the run has ended, asks for up to 50 of its examples again, on the weights it was trained on and on the published ones. Right is an example whose every learned token is the likeliest. null: not known, notes say why.",
  "option/prompt": "What the user says.",
  "option/prompts":
    'Many prompts, answered in one go: each line is an object with "prompt", or with "messages" of the roles system, user and assistant. --system goes with those of the first kind.',
  "option/system": "A system message before it.",
  "option/raw": "Continues the prompt as plain text, without the chat template.",
  "option/max-tokens": "Most tokens to generate.",
  "option/temperature": "0 is greedy.",
  "option/top-p": "Keeps the likeliest tokens that together have this probability. Default 1: off.",
  "option/top-k": "Keeps this many tokens. Default 0: off.",
  "option/forms": "Forms to measure, by their names under --quant. f32 (none) is always measured: the others are compared with it.",
  "option/all-forms": "all",
  "option/as-chatted":
    "Measures each form once more by the programs that answer, which on WASM may hold a large model in 8 bits. chat compares it with the same form, not with f32.",
  "option/text": "Plain text in UTF-8 to measure with. Default: a neutral text that comes with the app.",
  "option/tokens": "Predicted tokens to measure, from the beginning.",
  "option/shape": "What to time: that shape with random weights, or a model folder. Default: the bundled model.",
  "verb/engines": "What this browser offers.",
  "verb/logits": "Logits after the last id.",
  "verb/loss": "Mean loss of a batch, and gradients: of an adapter, or of a method at its start.",
  "verb/train":
    "Trains an adapter. With --batch every step uses that batch; with --adapter training starts from it. finalLoss is measured after the last step, over all that was trained on. losses, lrs and gradNorms are of this call’s steps; steps counts all. Ctrl-C ends after the step under way and keeps what was done.",
  "verb/data":
    "What a run would learn from a file with this model’s tokenizer and chat template; no weights are read. issues: examples that are left out, and, once per file, what the template does to the others.",
  "verb/chat": "Answers a prompt, or continues ids.",
  "verb/bench": "Times the stages of a training step against the provider’s own MatMul in the same run.",
  "verb/quantize":
    "Rounds the weights with the texts of --data or --text (GPTQ unless --quant names another form) and measures what it costs.",
  "verb/quality":
    "What each form of the weights costs: the mean loss (nats per token) of the same text in each, and how many times the perplexity is that of f32. --text is cut into windows of at most 512 tokens; of --data what would be learned is predicted, of --batch what has a label. bytes: what the weights take on the engine. Ctrl-C ends it and keeps what was measured.",
  "verb/info": "What a model is and what training it would take, from config.json and the header of the weights; nothing is loaded.",
} as const;

export const errors = {} as const;
