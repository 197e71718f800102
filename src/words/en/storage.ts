// What is stored on this device.
export const messages = {
  "cache/deleted": "{what} It was deleted, and the model is prepared again.",
  "cache/newer": "made by a newer Atelier",
  "cache/older": "made by an older Atelier, so it is not used",
  // Why a model is not stored: each stands after a colon.
  "cache/not-asked": "as asked",
  "cache/no-files": "this browser cannot store files for this page",
  "cache/offline": "offline: using the copy of {at, date, medium}",
  "cache/bundled": "the bundled model is small and comes with the app",
  "cache/no-commit": "its commit is not known",
  "cache/no-version": "nothing tells one version of {file} from another: its server sends no ETag or date",
  "cache/other-tab": "another tab is working with the same copy",
  "cache/other-version": "a copy that this version cannot read is in its place",
  "cache/no-room": "the browser’s storage for this page has no room for it",
  "cache/full": "the browser’s storage for this page is full",
  "cache/not-written": "it could not be written: {what}",
  "cache/not-again": "{reason} ({damage})",
} as const;

export const errors = {
  "cache/damaged#cut-off": {
    message: "The stored copy is damaged: {file} is cut off.",
    hint: "Load the model again from where it came from.",
  },
  "cache/damaged#missing": {
    message: "The stored copy is damaged: {file} is missing.",
    hint: "Load the model again from where it came from.",
  },
  "cache/damaged#unreadable": {
    message: "The stored copy is damaged: {file} cannot be read.",
    hint: "Load the model again from where it came from.",
  },
  "cache/damaged#changed": {
    message: "The stored copy is damaged: {file} has other bytes than were stored.",
    hint: "Load the model again from where it came from.",
  },
  "cache/damaged#no-file": {
    message: "The stored copy is damaged: {file} has no file.",
    hint: "Load the model again from where it came from.",
  },
  "cache/in-use": {
    message: "This copy is being read or written.",
    hint: "Wait until the load has ended, here or in another tab.",
  },
  "cache/missing": {
    message: "There is no such copy on this device any more.",
    hint: "Load the model from where it came from.",
  },
  "storage/full": {
    message: "The browser’s storage for this page is full; nothing was overwritten.",
    hint: "Delete old runs, or free disk space, then resume.",
  },
  "storage/failed": {
    message: "The browser’s storage could not be used.",
    hint: "Private windows may forbid it. Export the adapter before you close the tab.",
  },
} as const;
