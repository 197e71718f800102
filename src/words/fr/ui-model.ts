// Translation of words/en/ui-model.ts.
import type * as en from "../en/ui-model.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
