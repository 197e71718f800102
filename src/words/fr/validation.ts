// Translation of words/en/validation.ts.
import type * as en from "../en/validation.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "validation/kept": "Gardé pour la validation : {count, plural, one {# exemple} other {# exemples}} de {name}. Tout {learned} est appris.",
  "validation/left-out": "{count, plural, one {# ligne écartée} other {# lignes écartées}} de {name}",
  "validation/left-out-line": "écarté de {name} : {what}",
  "validation/progress": "{name} : {valid, number} sur {lines, number} sont gardés pour la validation",
  "validation/check": "Exemples de {name} qui mesurent la perte de validation : {usable, number}",
  "validation/option": "Fichier dont les exemples mesurent la perte de validation ; tout le fichier de --data est alors appris.",
  "validation/share-not-used": "Sans effet avec ces données : {name} est gardé pour la validation, et tout {learned} est appris.",
});

export const errors = translation<typeof en.errors>()({
  "cli/usage#beside-validation-data": {
    message:
      "Sans effet avec --validation-data : {options}. Ce fichier est gardé pour la validation et tout le fichier de --data est appris.",
    hint: "Retirez {count, plural, one {cette option} other {ces options}}.",
  },
  "validation/several-files": {
    message:
      "{count, plural, one {# fichier donné} other {# fichiers donnés}} : {names}. Un jeu de données est un ou plusieurs fichiers, dont un seul peut servir à la validation.",
    hint: "Choisissez des fichiers à apprendre, et au plus un fichier nommé par exemple facts.validation.jsonl.",
  },
  "validation/nothing-to-measure": {
    message:
      "Aucune perte de validation ne peut être mesurée avec {name} : {count, plural, one {le seul exemple est écarté} other {les # exemples sont tous écartés}}. {first}",
    hint: "{hint}",
  },
  "validation/also-learned": {
    message:
      "{place} de {name} : cet exemple se trouve aussi dans {learned}{more, plural, =0 {} one {, comme # autre} other {, comme # autres}}.",
    hint: "Ce qui est aussi appris mesure la mémoire et non la compréhension. Posez la même question en d’autres mots.",
  },
});
