// Answers of a model.
export const messages = {
  "generate/attention-apart":
    "computed without this GPU’s kernel for attention, which is slower: the kernel gave wrong numbers when it was tried beside plain products",
  "generate/layer-by-layer": "computed layer by layer, which is slower: too large to be unpacked for chat on the processor",
  "generate/rounded":
    "computed with the weights rounded to 8 bits, a scale per row, and what they multiply to 16: as 32-bit numbers they would be too large here",
} as const;

const changeSampling = "Change the sampling settings.";

export const errors = {
  "generate/busy": { message: "An answer is already being written.", hint: "Stop it or wait for its end." },
  "generate/context-full": {
    message:
      "Prompt and answer need {tokens, plural, one {# token} other {# tokens}}{added, plural, =0 {} one { and # virtual token before} other { and # virtual tokens before}}; this model’s context holds {context, number}.",
    hint: "Shorten the prompt or ask for fewer tokens.",
  },
  "generate/empty-prompt": {
    message: "The prompt has no tokens, so there is nothing to continue.",
    hint: "Write something first.",
  },
  "generate/bad-sampling#length": { message: "Answer length is {value}; expected 1 token or more.", hint: changeSampling },
  "generate/bad-sampling#temperature": { message: "Temperature is {value}; expected 0 or more.", hint: changeSampling },
  "generate/bad-sampling#top-p": { message: "Top-p is {value}; expected more than 0 and at most 1.", hint: changeSampling },
  "generate/bad-sampling#top-k": { message: "Top-k is {value}; expected 0 or more.", hint: changeSampling },
} as const;
