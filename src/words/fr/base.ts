// Translation of words/en/base.ts.
import type * as en from "../en/base.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "number/not-a-number": "pas un nombre",
  "number/infinite": "infini",
  "number/minus-infinite": "moins l’infini",
  "number/count": "{count, number}",
  "number/measure": "{value, number, measure}",
  "number/bytes": "{bytes, number, bytes}",
});

export const errors = translation<typeof en.errors>()({
  "internal/unexpected": {
    message: "{what}",
    hint: "C’est un défaut d’Atelier, vos données n’y sont pour rien. Copiez les détails et signalez-les.",
  },
  "internal/missing": {
    message: "Ce qui devrait se trouver à {name} n’y est pas.",
    hint: "C’est un défaut d’Atelier, vos données n’y sont pour rien. Copiez les détails et signalez-les.",
  },
  "internal/no-words": {
    message: "Une autre version d’Atelier dit {key}, et celle-ci n’a pas de mots pour cela.",
    hint: "Rechargez la page pour avoir la version la plus récente.",
  },
  "host/out-of-memory": {
    message: "Le navigateur n’a pas pu donner à cet onglet autant de mémoire que demandé : ce qu’il traite est trop grand.",
    hint: "Choisissez un modèle, un lot, une longueur de séquence ou un fichier plus petits, et fermez d’autres onglets.",
  },
  "host/out-of-memory#call": {
    message: "Un appel n’a pas pu être lu, ce qui arrive quand la mémoire est épuisée.",
    hint: "Choisissez un fichier ou un modèle plus petit.",
  },
  // {what} is a sentence, and after a colon none begins in French.
  "base/singular-values": {
    message: "Les valeurs singulières d’une matrice de {rows, number} sur {columns, number} ne se stabilisent pas.",
    hint: "Choisissez une autre méthode d’entraînement, ou un LoRA qui part au hasard, et signalez cette erreur.",
  },
  "tokens/at": { message: "{place}. {what}", hint: "{hint}" },
  "engine/replaced": {
    message: "{what}",
    hint: "Le modèle a été rechargé. « Reprendre » continue un entraînement depuis son dernier point de contrôle.",
  },
});
