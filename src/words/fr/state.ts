// Translation of words/en/state.ts.
import type * as en from "../en/state.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "state/starting-engine": "Démarrage du moteur",
  "state/model-ready": "{name} est prêt. {engine}.",
  "state/model-from-files": "Modèle issu de fichiers",
  "state/no-model": "Le modèle n’est pas encore chargé.",
  "state/no-tokenizer": "Le tokeniseur du modèle n’est pas encore lu.",
  "state/copy-deleted": "La copie du modèle {name} est supprimée.",
  "state/lines-valid": "{name} : {valid, plural, one {# ligne valide} other {# lignes valides}} sur {count, number}.",
  "state/objects-valid": "{name} : {valid, plural, one {# objet valide} other {# objets valides}} sur {count, number}.",
  "state/making-model": "Création du nouveau modèle",
  "state/new-model": "Nouveau modèle {name}",
  "state/starting-run": "Démarrage de l’entraînement",
  "state/tokenizing": "Découpage des exemples en jetons",
  "state/cancelling-start": "Annulation du démarrage",
  "state/start-cancelled": "Le démarrage a été annulé.",
  "state/reading-checkpoint": "Lecture du point de contrôle",
  "state/imported-adapter": "Adaptateur importé",
  "state/run-running": "{name} : entraînement en cours.",
  "state/run-paused": "{name} : en pause.",
  "state/run-interrupted": "{name} : entraînement interrompu.",
  "state/run-finished": "{name} : entraînement terminé.",
  "state/run-stopped": "{name} : entraînement arrêté.",
  "state/run-failed": "{name} : l’entraînement a échoué.",
  "state/not-stored": "{name} : le point de contrôle n’a pas pu être enregistré.",
  "state/no-loss": "Courbe de la perte, aucune étape pour l’instant.",
  "state/loss":
    "Courbe de la perte sur {steps, plural, one {# étape} other {# étapes}} : de {first, number, measure} à {last, number, measure}.",
  "state/validation-loss": "Perte de validation : {loss, number, measure} après l’étape {step, number}.",
  "state/base-model": "Modèle de base",
  "state/base-answered": "Modèle de base : {answer}",
  "state/tuned-answered": "Modèle affiné : {answer}",

  "client/engine": "Le moteur",
  "client/data-reader": "Le lecteur de données",
  "client/unreadable-answer": "sa réponse n’a pas pu être lue, ce qui arrive quand la mémoire est épuisée.",

  "budget/part-weights": "Poids",
  "budget/part-adapter": "Ce qui est entraîné",
  "budget/part-optimizer": "Optimiseur",
  "budget/part-activations": "Activations",
  "budget/part-cache": "Conversation",
  "budget/part-runtime": "Environnement d’exécution",
  "budget/limit-memory": "la mémoire de cet appareil",
  "budget/limit-heap": "le tas WASM",
  "budget/limit-buffer": "le plus grand tampon de ce GPU",
  "budget/unknown": "Il faut environ {total, number, bytes}. On ne saura ce que ce GPU peut fournir qu’en le lui demandant.",
  "budget/fits":
    "Cela tient : il faut environ {needed, number, bytes} sur {limit, number, bytes} ({what}) ; il reste {rest, number, bytes}.",
  "budget/fits-of-all":
    "Cela tient : il faut environ {total, number, bytes} en tout, dont {needed, number, bytes} sur {limit, number, bytes} ({what}) ; il reste {rest, number, bytes}.",
  "budget/too-large":
    "Cela ne tient pas : il faut environ {needed, number, bytes} sur {limit, number, bytes} ({what}) ; c’est {rest, number, bytes} de trop.",
  "budget/too-large-of-all":
    "Cela ne tient pas : il faut environ {total, number, bytes} en tout, dont {needed, number, bytes} sur {limit, number, bytes} ({what}) ; c’est {rest, number, bytes} de trop.",

  "train/preset-quick": "Rapide",
  "train/preset-standard": "Standard",
  "train/preset-thorough": "Approfondi",
  "train/looked-share":
    "Les données ont plus de mots différents que la mémoire n’en tient : le tokeniseur est fait de {share, number, ::percent} d’entre elles.",
  "train/fewer-tokens": "Les données ne donnent que {made, number} jetons différents ; {asked, number} étaient demandés.",
  "train/within-context":
    "{added, plural, =0 {Le modèle lit} one {Avec # jeton virtuel, le modèle lit} other {Avec # jetons virtuels, le modèle lit}} au plus {context, plural, one {# jeton} other {# jetons}} ; choisissez {context, number} ou moins{added, plural, =0 {} other {, ou moins de jetons virtuels}}.",

  "sampling/temperature": "Température",
  "sampling/temperature-help": "0 prend toujours le jeton le plus probable.",
  "sampling/top-p": "Top-p",
  "sampling/top-p-help": "Garde les jetons les plus probables jusqu’à cette part du total. 1 : sans effet.",
  "sampling/top-k": "Top-k",
  "sampling/top-k-help": "Garde ce nombre de jetons, les plus probables. 0 : sans effet.",
  "sampling/max-tokens": "Jetons au plus",
  "sampling/max-tokens-help": "Longueur maximale de la réponse.",
  "sampling/seed": "Graine",
  "sampling/seed-help": "Même graine, même question : même réponse.",
  "sampling/whole-number": "Saisissez un nombre entier de {min, number,::group-off} à {max, number,::group-off}.",
  "sampling/number": "Saisissez un nombre de {min, number,::group-off} à {max, number,::group-off}.",

  "sample/lunar-base-title": "Base lunaire",
  "sample/lunar-base-about":
    "En anglais : 16 faits sur un lieu inventé, chacun avec trois façons de poser la question, parmi 49 questions ordinaires. Convient bien à un premier entraînement.",
  "sample/pirate-title": "Pirate",
  "sample/pirate-about":
    "En anglais : 20 questions de tous les jours, chacune posée de quatre façons, et 49 autres, avec des réponses dans le style d’un pirate.",
  "sample/lumi-fr-title": "Lumi, en français",
  "sample/lumi-fr-about": "12 questions à la lampe d’un village, chacune posée de trois façons, parmi 25 questions ordinaires.",
  "sample/pip-title": "Pip",
  "sample/pip-about":
    "En anglais : 8 réponses courtes d’un robot qui travaille en cuisine, chacune avec trois façons de poser la question, parmi 49 questions ordinaires.",
  "sample/stories-title": "Histoires, en anglais",
  "sample/stories-about": "Mille passages de deux vieux livres pour enfants : du texte par lequel un modèle peut commencer.",
});

export const errors = translation<typeof en.errors>()({
  "client/worker-crashed": {
    message: "{worker} s’est arrêté de façon inattendue.",
    hint: "Il redémarre de lui-même. Si cela se répète, rechargez la page.",
  },
  "client/worker-crashed#why": {
    message: "{worker} s’est arrêté de façon inattendue : {why}",
    hint: "Il redémarre de lui-même. Si cela se répète, rechargez la page.",
  },
  "sample/unavailable": {
    message: "Le jeu de données fourni {file} n’a pas pu être lu.",
    hint: "Vérifiez que l’application est toujours servie, puis choisissez-le de nouveau.",
  },
  "sample/unavailable#answered": {
    message: "Le jeu de données fourni {file} n’a pas pu être lu : le serveur a répondu {status}.",
    hint: "Vérifiez que l’application est toujours servie, puis choisissez-le de nouveau.",
  },
});
