// Translation of words/en/storage.ts.
import type * as en from "../en/storage.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
