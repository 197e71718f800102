// Translation of words/en/jinja.ts.
import type * as en from "../en/jinja.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
