// Translation of words/en/cli.ts.
import type * as en from "../en/cli.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "cli/left-out": "écarté : {what}",
  "cli/note": "remarque : {what} {hint}",
  "cli/checkpoint-not-stored": "le point de contrôle de l’étape {step, number} n’a pas été enregistré : {why}",
});

export const errors = translation<typeof en.errors>()({});
