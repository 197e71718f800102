// Translation of words/en/session.ts.
import type * as en from "../en/session.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({
  "data/nothing-to-learn": {
    message:
      "Rien ne peut être appris de {name} : {count, plural, one {le seul exemple est écarté} other {les # exemples sont tous écartés}}.",
    hint: "Donnez à chaque exemple un message de l’assistant avec du texte.",
  },
  "data/nothing-to-learn#first": {
    message:
      "Rien ne peut être appris de {name} : {count, plural, one {le seul exemple est écarté} other {les # exemples sont tous écartés}}. {first}",
    hint: "{hint}",
  },
});
