// Translation of words/en/ui-page.ts.
import type * as en from "../en/ui-page.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
