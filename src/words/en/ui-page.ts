// The page: frame and parts.
export const messages = {
  "ui-page/title": "Atelier",
  "ui-page/title-running": "{done, number}/{steps, number} · Atelier",
  "ui-page/tagline": "Fine-tune a language model in this tab",
  "ui-page/skip": "Skip to content",
  "ui-page/footer": "Everything happens in this tab: your data, your model and your runs never leave this computer.",
  "ui-page/language": "Language",
  "ui-page/language-failed": "{language} could not be fetched. Check the connection and choose it again.",
  "ui-page/light-theme": "Use the light theme",
  "ui-page/dark-theme": "Use the dark theme",
  "ui-page/drop": "Drop a file to use it as data, or a model folder to load it",

  "ui-page/path": "Path",
  "ui-page/step-data": "Data",
  "ui-page/step-train": "Train",
  "ui-page/step-chat": "Chat",
  "ui-page/examples": "{count, plural, one {# example} other {# examples}}",
  "ui-page/no-data": "Choose a file",
  "ui-page/no-run": "No run yet",
  "ui-page/run-step": "Step {done, number} of {steps, number}",
  "ui-page/who-answers": "Base or tuned",

  "ui-page/unfinished": "Unfinished run",
  "ui-page/unfinished-name": "{name} is not finished.",
  "ui-page/unfinished-kept": "Its checkpoint at step {step, number} of {steps, number} is kept. Resume goes on exactly there.",
  "ui-page/resume": "Resume",
  "ui-page/not-now": "Not now",

  "ui-page/keep": "Keep",
  "ui-page/delete": "Delete",
  "ui-page/dismiss": "Dismiss",
  "ui-page/copy-details": "Copy details",
  "ui-page/copied": "Copied",
  "ui-page/copy-refused": "Copying is not allowed here",
  "ui-page/show-again": "Show it again",
  "ui-page/crash-kept": "Your data, runs and checkpoints are kept, and a run at work goes on.",

  "ui-page/probe": "Check that the device grants it",
  "ui-page/probing": "Asking the device …",
  "ui-page/probed": "{granted, number, bytes} of {asked, number, bytes} granted. {note}",
} as const;

export const errors = {
  "ui/render": {
    message:
      "{part, select, model {The model bar} data {The data} train {Training} chat {The chat} other {The page}} could not be shown: {fault}",
    hint: "This is a fault in Atelier. Show it again, or reload the page.",
  },
} as const;
