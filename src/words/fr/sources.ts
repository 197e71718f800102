// Translation of words/en/sources.ts.
import type * as en from "../en/sources.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
