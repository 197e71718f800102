// Translation of words/en/engine.ts.
import type * as en from "../en/engine.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
