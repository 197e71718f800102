// Translation of words/en/interchange.ts.
import type * as en from "../en/interchange.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
