// Translation of words/en/generate.ts.
import type * as en from "../en/generate.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
