// Translation of words/en/data.ts.
import type * as en from "../en/data.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({
  "data/no-examples": {
    message:
      "Aucun{unit, select, line {e des {count, number} lignes} object { des {count, number} objets} other { des {count, number} éléments}} de {name} n’est un exemple utilisable.",
    hint: "Utilisez des objets avec des clés telles que messages, ou prompt et completion.",
  },
  "data/no-examples#first": {
    message:
      "Aucun{unit, select, line {e des {count, number} lignes} object { des {count, number} objets} other { des {count, number} éléments}} de {name} n’est un exemple utilisable. {first}",
    hint: "{hint}",
  },
  "data/several-lists": {
    message: "{what} Il contient plusieurs listes : {lists}.",
    hint: "Enregistrez la liste à apprendre dans un fichier à part.",
  },
});
