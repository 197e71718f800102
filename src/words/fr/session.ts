// Translation of words/en/session.ts.
import type * as en from "../en/session.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "session/reading-copy": "Lecture de la copie sur cet appareil",
  "session/reading-tokenizer": "Lecture du tokeniseur",
  "session/reading-weights": "Lecture des poids",
  "session/measuring-mix": "Mesure de ce que coûtent 4 bits dans la couche {layer, number} sur {layers, number}",
  "session/calibrating": "Arrondi de la couche {done, number} sur {layers, number}",
  "session/calibrating-left":
    "{done, plural, one {# couche arrondie} other {# couches arrondies}} sur {layers, number} ; encore {seconds, plural, one {environ # seconde} other {environ # secondes}}",
  "session/reading-whole": "Lecture du fichier {file} en entier : son serveur ne fournit pas les fichiers par parties",
});

export const errors = translation<typeof en.errors>()({
  "data/nothing-to-learn": {
    message:
      "Rien ne peut être appris du fichier {name} : {count, plural, one {le seul exemple est écarté} other {les # exemples sont tous écartés}}.",
    hint: "Donnez à chaque exemple un message de l’assistant avec du texte.",
  },
  "data/nothing-to-learn#first": {
    message:
      "Rien ne peut être appris du fichier {name} : {count, plural, one {le seul exemple est écarté} other {les # exemples sont tous écartés}}. {first}",
    hint: "{hint}",
  },
});
