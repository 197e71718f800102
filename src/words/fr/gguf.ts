// Translation of words/en/gguf.ts.
import type * as en from "../en/gguf.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
