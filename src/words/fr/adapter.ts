// Translation of words/en/adapter.ts.
import type * as en from "../en/adapter.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
