// Translation of words/en/ui-train.ts.
import type * as en from "../en/ui-train.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
