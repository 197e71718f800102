// The page: Chat.
export const messages = {
  "ui-chat/title": "Chat",
  "ui-chat/who": "Who answers",
  "ui-chat/base": "Base",
  "ui-chat/tuned": "Tuned",
  "ui-chat/both": "Both",
  "ui-chat/no-run": "Train a run first.",
  "ui-chat/clear": "Clear",
  "ui-chat/run": "Tuned run",

  "ui-chat/pane-base": "Base model",
  "ui-chat/pane-tuned": "Tuned model",
  "ui-chat/empty-base": "The model as it was before training. Ask it something.",
  "ui-chat/empty-tuned": "The model with what your run taught it. Ask it something.",
  "ui-chat/you": "You:",
  "ui-chat/kept": "What was said so far is kept.",
  "ui-chat/speed": "{rate} tokens/s",
  "ui-chat/stopped": "stopped",
  "ui-chat/cut": "reached the limit of tokens",

  "ui-chat/message": "Message",
  "ui-chat/ask": "Ask something",
  "ui-chat/continue-text": "Continue what I type, instead of answering it",
  "ui-chat/keys": "Enter sends, Shift + Enter breaks the line.",
  "ui-chat/send": "Send",
  "ui-chat/stop": "Stop",

  "ui-chat/sampling": "Sampling",
  "ui-chat/system": "System prompt",
  "ui-chat/system-none": "None",
  "ui-chat/remember": "Send earlier turns along",
} as const;

export const errors = {} as const;
