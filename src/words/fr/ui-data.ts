// Translation of words/en/ui-data.ts.
import type * as en from "../en/ui-data.ts";
import { translation } from "../translation.ts";

const linesLeftOut =
  "{unit, select, line {{count, plural, one {# ligne écartée} other {# lignes écartées}}} object {{count, plural, one {# objet écarté} other {# objets écartés}}} other {{count, plural, one {# élément écarté} other {# éléments écartés}}}}";

export const messages = translation<typeof en.messages>()({
  "ui-data/welcome": "Apprenez quelque chose de nouveau à un petit modèle",
  "ui-data/lead":
    "Apportez un fichier de questions et de réponses, entraînez le modèle pendant une minute, puis discutez avec le résultat. Rien n’est installé et rien n’est envoyé.",
  "ui-data/kept": "{name} reste ouvert.",
  "ui-data/reading": "Lecture du fichier {name}, {fraction, number, percent}",
  "ui-data/reading-file": "Lecture du fichier",
  "ui-data/other-data": "Utiliser d’autres données",
  "ui-data/choose-data": "Choisir des données",
  "ui-data/drop": "Déposez un fichier d’exemples n’importe où sur cette page",
  "ui-data/choose-file": "Choisir un fichier",
  "ui-data/shape": "JSONL, JSON, CSV, TSV, texte, Markdown, ou un ZIP de tels fichiers ; en JSONL un objet par ligne, par exemple {shape}",
  "ui-data/samples": "Ou commencer par un jeu de données fourni",
  "ui-data/valid":
    "{unit, select, line {{valid, plural, one {# ligne valide} other {# lignes valides}}} object {{valid, plural, one {# objet valide} other {# objets valides}}} other {{valid, plural, one {# élément valide} other {# éléments valides}}}} sur {count, number}",
  "ui-data/recognized": "Format reconnu : {format}",
  "ui-data/ignored": "Clés non utilisées : {keys}",
  "ui-data/counted-key": "{key} ({count, number})",
  "ui-data/continue": "Passer à l’entraînement",
  "ui-data/close": "Fermer",
  "ui-data/counting": "Décompte des jetons",
  "ui-data/used":
    "{usable, plural, one {# exemple sera utilisé} other {# exemples seront utilisés}}{out, plural, =0 {} one {, # écarté} other {, # écartés}}",
  "ui-data/rows": "{rows, plural, one {# séquence} other {# séquences}}.",
  "ui-data/learned-tokens":
    "{learned, plural, one {# jeton appris} other {# jetons appris}} sur {total, number} ; la plus longue séquence en compte {longest, number}.",
  "ui-data/left-out": linesLeftOut,
  "ui-data/left-out-of-run": `${linesLeftOut} de l’entraînement`,
  "ui-data/more": "et {more, plural, one {# autre} other {# autres}}",
  "ui-data/examples": "Exemples",
  "ui-data/show-as": "Présentation des exemples",
  "ui-data/chats": "Conversations",
  "ui-data/tokens": "Jetons",
  "ui-data/tokens-later": "Les jetons s’affichent dès que le modèle est chargé.",
  "ui-data/is-left-out": "écarté",
  "ui-data/how-marked": "Souligné et teinté",
  "ui-data/marked": "{mark} : appris",
  "ui-data/plain": "Texte simple : contexte",
  "ui-data/learn": "Apprendre",
  "ui-data/role":
    "{role, select, system {Système} user {Utilisateur} assistant {Assistant} tool {Outil} tools {Fonctions} document {Texte} other {Message}}",
  "ui-data/lost": "Omis par le gabarit : {lost}",
  "ui-data/pages": "Pages d’exemples",
  "ui-data/previous": "Précédent",
  "ui-data/next": "Suivant",
  "ui-data/shown": "{first, number}–{last, number} sur {total, number}",
});

export const errors = translation<typeof en.errors>()({});
