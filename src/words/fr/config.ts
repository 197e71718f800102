// Translation of words/en/config.ts.
import type * as en from "../en/config.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
