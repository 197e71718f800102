// The page: the model bar and what it opens.
export const messages = {
  "ui-model/bar": "Model and engine",
  "ui-model/change": "Change model",
  "ui-model/close": "Close",
  "ui-model/cancel": "Cancel loading",
  "ui-model/none": "No model is loaded",
  "ui-model/begin": "Choose an engine and a model to begin.",
  "ui-model/line": "{name} · {parameters, number, compact} parameters · {weights} · context {context, number}",
  "ui-model/head-too": "{weights}, head too",
  "ui-model/engine-without-gpu": "{engine}. WebGPU cannot be used: {reason}.",
  "ui-model/stays": "{name} stays loaded.",
  "ui-model/load-again": "Load again",
  "ui-model/use-wasm": "Use WASM",
  "ui-model/load-bundled": "Load the bundled model",

  "ui-model/engine": "Engine",
  "ui-model/is-loading": "A model is loading.",
  "ui-model/is-training": "Pause or stop the run first.",
  "ui-model/no-gpu": "WebGPU cannot be used: {reason}.",
  "ui-model/unknown-reason": "unknown reason",

  "ui-model/loading": "Loading the model",
  "ui-model/loading-line":
    "Loading the model, {fraction, number, percent}{amount, select, none {} bytes { · {done, number, bytes} of {total, number, bytes}} other { · {done, number, bytes} of {total, number, bytes}, {rate, number, bytes} per second}}",
  "ui-model/loading-now": "{fraction, number, percent}, {what}",
  "ui-model/files": "Files",
  "ui-model/bytes-of": "{done, number, bytes} of {total, number, bytes}",

  "ui-model/hub": "Models from the hub",
  "ui-model/hub-notice":
    "Choosing one makes your browser fetch its files from {host}, which then knows your network address and the model you asked for. Nothing is uploaded: your data, your runs and your chats stay in this tab.",
  "ui-model/that-host": "that host",
  "ui-model/hub-training": "Pause or stop the run before you load another model.",
  "ui-model/curated": "Models that fit",
  "ui-model/curated-figures":
    "{parameters, number, compact} parameters · {bytes, number, bytes} to download · context {context, number} · {license}",
  "ui-model/gated": "gated: needs a token",
  "ui-model/unknown-family": "This version cannot run the {family} family.",

  "ui-model/any": "Any other model",
  "ui-model/address": "Model id or address",
  "ui-model/address-shape": "owner/name",
  "ui-model/address-help":
    "owner/name or owner/name@revision on the hub, with :file.gguf for one file of it; or the https:// address of a folder with the files.",
  "ui-model/token": "Token for gated models",
  "ui-model/token-help": "Goes to {host} and nowhere else. Kept in memory until this tab closes.",
  "ui-model/the-endpoint": "the endpoint",
  "ui-model/other-hub": "Advanced: another hub",
  "ui-model/endpoint": "Hub endpoint",
  "ui-model/endpoint-help": "A mirror that speaks as huggingface.co does.",
  "ui-model/look": "Look at this model",

  "ui-model/local": "From this computer",
  "ui-model/local-help":
    "A folder with config.json, model.safetensors or its shards, tokenizer.json and tokenizer_config.json; or one .gguf file. You can also drop them on the page.",
  "ui-model/choose-folder": "Choose a model folder",
  "ui-model/choose-files": "Choose model files",
  "ui-model/use-bundled": "Use the bundled model",

  "ui-model/weights": "Weights",
  "ui-model/weights-option": "{weights} · {bits, number, ::.##} bits per weight",
  "ui-model/no-f16": "f16 cannot be chosen: this GPU has no shader-f16.",
  "ui-model/head": "Embedding table and head as well",
  "ui-model/head-bytes": "Here they take {bytes, number, bytes} as f32; about {saved, number, bytes} less this way.",

  "ui-model/fact-family": "Family",
  "ui-model/fact-layers": "Layers",
  "ui-model/fact-width": "Width",
  "ui-model/fact-vocabulary": "Vocabulary",
  "ui-model/fact-weights": "Weights held",
  "ui-model/fact-template": "Chat template",
  "ui-model/template-own": "its own",
  "ui-model/template-plain": "plain",
  "ui-model/fact-commit": "Commit",
  "ui-model/fact-unchecked": "Checksum not taken",

  "ui-model/too-large": "This model does not fit here",
  "ui-model/takes": "What this model takes",
  "ui-model/run-least":
    "Weights as {weights}, batches of {batch, number}, {tokens, plural, one {# token} other {# tokens}}, {method}: the least training there is.",
  "ui-model/run-as-set":
    "Weights as {weights}, batches of {batch, number}, {tokens, plural, one {# token} other {# tokens}}, {method}, as the Train step is set now.",
  "ui-model/run-refused": "The Train step as it is set now cannot train this model.",
  "ui-model/load": "Load",
  "ui-model/load-with": "Load with {what}",
  "ui-model/load-anyway": "Load anyway",
  "ui-model/do-not-load": "Do not load",

  "ui-model/stored": "Stored on this device",
  "ui-model/stored-list": "Stored models",
  "ui-model/stored-none": "A model that you load is stored as it is held, so that it opens in seconds next time, without a network too.",
  "ui-model/not-stored": "{name} is not stored: {reason}.",
  "ui-model/storage": "Storage used",
  "ui-model/usage": "{used, number, bytes} of {quota, number, bytes} that the browser grants this page",
  "ui-model/usage-runs": "{used, number, bytes} of {quota, number, bytes} that the browser grants this page, runs included.",
  "ui-model/stored-used": "{weights} · {bytes, number, bytes} · used {date}",
  "ui-model/stored-note": "{weights} · {bytes, number, bytes} · {note}",
  "ui-model/load-copy": "Load {name}, {weights}",
  "ui-model/delete-copy": "Delete the copy of {name}, {weights}",
  "ui-model/delete-question": "Delete this copy?",
} as const;

export const errors = {} as const;
