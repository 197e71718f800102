// Translation of words/en/model.ts.
import type * as en from "../en/model.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({
  "model/float16-range#tensor": { message: "{what} Il se trouve dans le tenseur {tensor}.", hint: "{hint}" },
});
