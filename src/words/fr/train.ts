// Translation of words/en/train.ts.
import type * as en from "../en/train.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({});
