// Translation of words/en/ui-chat.ts.
import type * as en from "../en/ui-chat.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
