// Translation of words/en/options.ts.
import type * as en from "../en/options.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
