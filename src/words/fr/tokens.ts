// Translation of words/en/tokens.ts.
import type * as en from "../en/tokens.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
