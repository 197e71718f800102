// Translation of words/en/run.ts.
import type * as en from "../en/run.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
