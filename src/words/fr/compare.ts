// Translation of words/en/compare.ts.
import type * as en from "../en/compare.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "compare/open": "Comparer les formes",
  "compare/title": "Ce que coûte chaque forme, mesuré",
  "compare/about":
    "Mesure, pour chaque forme, la perte de {model} sur {tokens, plural, one {# jeton} other {# jetons au plus}} ({what}), et la durée d’une étape d’entraînement avec des lots de {batch, number} × {length, plural, one {# jeton} other {# jetons}} et {method}. {model} reste chargé pendant ce temps.",
  "compare/over-data": "ce qui est appris de {name}",
  "compare/over-text": "un texte neutre fourni avec l’application",
  "compare/fetches":
    "Ses fichiers sont de nouveau téléchargés depuis {host} : une fois pour toutes les formes si le navigateur a la place de les garder jusqu’à la fin, sinon pour chacune.",
  "compare/measure": "{forms, plural, =0 {Mesurer} one {Mesurer # forme} other {Mesurer # formes}}",
  "compare/cancel": "Annuler la mesure",
  "compare/close": "Fermer la comparaison",
  "compare/all-measured": "Toutes les formes du tableau sont mesurées.",
  "compare/other-form": "Une autre forme",
  "compare/add": "Ajouter au tableau",

  "compare/no-files":
    "Les fichiers d’où vient ce modèle ne sont plus accessibles depuis la réouverture de la page. Choisissez-les de nouveau pour comparer les formes.",
  "compare/is-measuring": "Une comparaison de formes est en cours. Attendez sa fin, ou annulez-la d’abord.",

  "compare/reading-data": "Lecture des données…",
  "compare/fetching": "Téléchargement des fichiers, {done, number, bytes} sur {total, number, bytes}",
  "compare/loading": "Chargement de {form}, {fraction, number, percent}",
  "compare/measuring": "Mesure de {form}, {tokens, number} sur {of, plural, one {# jeton} other {# jetons}}",
  "compare/timing": "Chronométrage d’une étape d’entraînement avec {form}",
  "compare/progress": "Comparaison des formes",
  "compare/ended": "Mesure annulée. Ce qui a été mesuré jusque-là reste dans le tableau.",
  "compare/done": "Formes comparées : {forms}.",

  "compare/caption": "Formes des poids de {model}",
  "compare/measured-over": "Mesuré sur {tokens, plural, one {# jeton prédit} other {# jetons prédits}} ({what}).",
  "compare/against-exact": "La perplexité est rapportée à {form}, qui contient exactement les nombres du fichier.",
  "compare/against-nearest":
    "La perplexité est rapportée à {form}, la forme la plus fidèle qui a été mesurée : les nombres exacts ne l’ont pas été.",
  "compare/published": "Tels que publiés : {forms}",
  "compare/step-value": "{seconds, number, measure} s",
  "compare/form": "Forme",
  "compare/memory": "Mémoire des poids",
  "compare/step": "Étape d’entraînement",
  "compare/loss": "Perte",
  "compare/ratio": "Perplexité",
  "compare/use": "Choix",
  "compare/bits": "{bits, number,::.##} bits par poids",
  "compare/loss-value": "{loss, number,::.0000}",
  "compare/ratio-value": "× {ratio, number,::.000}",
  "compare/reference": "référence",
  "compare/not-yet": "non mesurée",
  "compare/left-out": "Non mesurée : {why}",
  "compare/loaded": "Chargée actuellement",
  "compare/use-this": "Utiliser cette forme",
  "compare/use-named": "Utiliser cette forme : {form}",
});

export const errors = translation<typeof en.errors>()({
  "compare/no-room": {
    message:
      "Les poids et une étape d’entraînement demandent {needed, number, bytes} à côté du modèle chargé ; {limit, number, bytes} sont disponibles.",
    hint: "Réduisez la taille des lots ou la longueur des séquences, ou chargez d’abord une forme plus petite.",
  },
});
