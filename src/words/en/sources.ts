// Hubs, addresses and files.
export const messages = {
  /** What a request is for, beside names of files. */
  "sources/list-of-files": "the list of files",

  /** A wait before the next try. */
  "sources/trying-again": "{what} Trying again in {seconds, plural, one {# second} other {# seconds}}.",

  // How long to wait: "Wait {wait}, then load again."
  "sources/few-minutes": "a few minutes",
  "sources/seconds": "{count, plural, one {# second} other {# seconds}}",
  "sources/minutes": "{count, plural, one {# minute} other {# minutes}}",

  // What a server sent instead: "sent other bytes than were asked for ({found})"
  "sources/more-bytes": "more than {count, plural, one {# byte} other {# bytes}}",
  "sources/whole-file": "the whole file instead of a part",
} as const;

export const errors = {
  "load/cancelled": { message: "Loading was cancelled.", hint: "Load the model again when you like." },
  "hub/revision-not-found": { message: "{model} has no such revision on {host}.", hint: "Check what stands after the @." },
  "hub/model-not-found": {
    message: "{host} has no model {model}, or does not show it without a token.",
    hint: "Check the spelling. For a private model paste a token of an account that may read it.",
  },
  "hub/gated": {
    message: "{model} is gated: {host} gives {what} only to who has accepted its licence.",
    hint: "{token, select, sent {Accept the licence on the model’s page with the account of this token, or wait until access is granted.} other {Accept the licence on the model’s page, then paste a token of that account.}}",
  },
  "hub/access-denied": {
    message: "{host} does not give {what} of {model} ({status}).",
    hint: "{token, select, sent {The token may be mistyped, expired or not allowed to read this model. If the model is gated, accept its licence on its page.} other {If the model is gated, accept its licence on its page; then paste a token. If not, check the spelling.}}",
  },
  "hub/rate-limited": {
    message: "{host} limits how much it answers and did not give {what} (429).",
    hint: "Wait {wait}, then load again. A token raises the limit.",
  },
  "hub/bad-answer": {
    message: "{host} did not answer with a list of files of {model}.",
    hint: "Check the endpoint: it has to speak as huggingface.co does.",
  },
  "model/offline": {
    message: "Cannot fetch {what}: this computer is offline.",
    hint: "Connect it, then load again.",
  },
  "model/download-failed": { message: "Cannot fetch {what}: {host} answered {status}.", hint: "Check the address." },
  "model/download-failed#unavailable": {
    message: "Cannot fetch {what}: {host} answered {status}, again and again.",
    hint: "The server has a problem. Try again later.",
  },
  "model/download-failed#unreachable": {
    message: "Cannot fetch {what}: {host} cannot be reached, or does not let pages of other sites read it.",
    hint: "Check the address and the connection, then load again.",
  },
  "model/download-failed#range": {
    message: "Cannot fetch {what}: {host} sent other bytes than were asked for ({found}).",
    hint: "Choose another source of this model.",
  },
  "model/file-truncated#connection": {
    message:
      "Cannot fetch all of {what}: the connection broke after {arrived, plural, one {# byte} other {# bytes}}, and did not get further in five tries.",
    hint: "Check the connection, then load again.",
  },
  "model/file-truncated#connection-of": {
    message:
      "Cannot fetch all of {what}: the connection broke after {arrived, number} of {total, plural, one {# byte} other {# bytes}}, and did not get further in five tries.",
    hint: "Check the connection, then load again.",
  },
  "model/wrong-size": {
    message: "{what} has {found, plural, one {# byte} other {# bytes}} where {expected, number} were announced.",
    hint: "The server may hold another version of the file. Load again, or choose another source.",
  },
  "model/file-changed": {
    message: "{what} changed on the server while it was being read; its parts would not fit together.",
    hint: "Load the model again.",
  },
  "model/file-corrupted": {
    message: "{what} arrived with other bytes than the hub announces: its checksum is wrong.",
    hint: "Load again. If this repeats, the server or something on the way damages the file.",
  },
  "model/file-invalid#json": {
    message: "{file} is not valid JSON; it may be cut off.",
    hint: "Download or copy the file again.",
  },
  "model/several-files": {
    message: "{first} and {second} were chosen together, and each may be a whole model.",
    hint: "Choose one of them. A model in parts has to be joined into one file first, with llama.cpp’s gguf-split --merge.",
  },
  "model/several-files#twins": {
    message: "{model} has two files named {file}.",
    hint: "Choose the files of one model, from one folder.",
  },
  "source/token-in-the-open": {
    message: "{endpoint} is not encrypted, so a token sent there could be read on the way.",
    hint: "Use an endpoint with https://, or remove the token.",
  },
  "source/invalid-endpoint": {
    message:
      'The endpoint "{endpoint}" {problem, select, none {is no web address} secret {holds a user name or password, which would be kept with it} other {has something after a ? or #, which would be lost}}.',
    hint: "Write it like {example}.",
  },
  "source/invalid-url": {
    message:
      "This address {problem, select, none {is no web address} secret {holds a user name or password, which would be kept with it} other {has something after a ? or #, which would be lost}}.",
    hint: "Give the http(s) address of the folder that holds config.json and the weights.",
  },
  "source/invalid-id": {
    message: '"{id}" is no id of a model on the hub.',
    hint: "Write owner/name or owner/name@revision, as in HuggingFaceTB/SmolLM2-135M-Instruct, or a whole address with https://.",
  },
  "source/subfolder": {
    message: "This address means the folder {folder} of a repository; of a hub, only models at its top are read.",
    hint: "Give the address of the folder’s files on a plain server, choose them from this computer, or take another repository.",
  },
} as const;
