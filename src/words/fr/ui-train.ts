// Translation of words/en/ui-train.ts.
import type * as en from "../en/ui-train.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "ui-train/new-run": "Nouvel entraînement",
  "ui-train/how-long": "Durée",
  "ui-train/advanced": "Réglages avancés",
  "ui-train/run-name": "Nom de l’entraînement",
  "ui-train/run-name-default": "D’après le nom des données",
  "ui-train/defaults": "Revenir aux valeurs par défaut",

  "ui-train/train": "Entraîner",
  "ui-train/starting": "Démarrage…",
  "ui-train/doing": "{what}…",
  "ui-train/start-progress": "Avancement du démarrage",
  "ui-train/cancel-start": "Annuler",
  "ui-train/busy": "Un entraînement est en cours. Mettez-le en pause ou arrêtez-le pour en lancer un autre.",
  "ui-train/no-data": "Choisissez d’abord un jeu de données à l’étape 1.",
  "ui-train/no-tokenizer": "Le tokeniseur du modèle n’a pas pu être lu. Rechargez le modèle.",
  "ui-train/wrong-fields": "Corrigez d’abord les champs signalés.",
  "ui-train/show-fault": "Montrer ce qui ne va pas",

  "ui-train/memory": "Mémoire",
  "ui-train/nothing-fits": "Aucun réglage ne permet à ce modèle de tenir ici. Choisissez un modèle plus petit.",
  "ui-train/make-it-fit": "Pour que cela tienne : {what}",
  "ui-train/then-takes": "Cela prend alors {bytes, number, bytes}.",
  "ui-train/or-fit": "Ou {what} : {bytes, number, bytes}",

  "ui-train/empty": "Cliquez sur « Entraîner » : la courbe de la perte apparaît ici pendant que le modèle apprend.",
  "ui-train/error-kept": "Les entraînements et les points de contrôle enregistrés sont conservés.",
  "ui-train/interrupted":
    "L’onglet a été fermé ou le moteur s’est arrêté pendant cet entraînement. Son point de contrôle à l’étape {step, number} est conservé ; « Reprendre » continue exactement à cet endroit.",
  "ui-train/failure-kept": "La courbe et le point de contrôle à l’étape {step, number} sont conservés.",
  "ui-train/resume-checkpoint": "Reprendre au point de contrôle",
  "ui-train/start-over": "Recommencer",
  "ui-train/unsaved-kept": "Ce qui a été appris jusqu’à l’étape {step, number} est conservé dans cet onglet jusqu’à sa fermeture.",
  "ui-train/unsaved-goes-on": "L’entraînement continue ; l’enregistrement sera retenté au prochain point de contrôle.",
  "ui-train/store-again": "Réessayer d’enregistrer",

  "ui-train/targets-default": "Le choix de PEFT pour cette famille",
  "ui-train/run-method": "{method} · {optimizer}{count, plural, =0 {} one { · # nombre entraîné} other { · # nombres entraînés}}",
  "ui-train/run-facts": "{dataset}{count, plural, =0 {} one {, # exemple} other {, # exemples}} · {model} · {date}",
  "ui-train/skipped": "Étapes sautées (float16)",
  "ui-train/controls": "Commandes de l’entraînement",
  "ui-train/chat": "Discuter avec le modèle affiné",
  "ui-train/pause": "Mettre en pause",
  "ui-train/pausing": "Mise en pause…",
  "ui-train/stop": "Arrêter",
  "ui-train/stopping": "Arrêt…",
  "ui-train/other-tab": "Cet entraînement est en cours dans un autre onglet.",
  "ui-train/delete-run": "Supprimer {name}",
  "ui-train/delete-question": "Supprimer {name} et son adaptateur ?",
  "ui-train/delete-for-ever": "Supprimer définitivement",
  "ui-train/download-adapter": "Télécharger l’adaptateur",
  "ui-train/counted-later": "Ce qui sert des données est compté au départ de l’entraînement, avec le tokeniseur qui en est fait.",
  "ui-train/download-model": "Télécharger le modèle",
  "ui-train/load-its-model": "Charger son modèle",
  "ui-train/save-state": "Enregistrer l’état de reprise",

  "ui-train/progress": "Progression de l’entraînement",
  "ui-train/loss": "Perte",
  "ui-train/validation-loss": "Perte de validation",
  "ui-train/elapsed": "Temps écoulé",
  "ui-train/time-left": "Temps restant",
  "ui-train/tokens-per-second": "Jetons par seconde",

  "ui-train/learning-rate": "Taux d’apprentissage",
  "ui-train/gradient-norm": "Norme du gradient",
  "ui-train/chart-empty": "La courbe commence à la première étape.",
  "ui-train/chart-now": "{title} au fil des étapes, valeur actuelle : {last}.",
  "ui-train/curve-training": "Entraînement",
  "ui-train/curve-smooth": "Entraînement, lissé",
  "ui-train/curve-validation": "Validation",
  "ui-train/tip-step": "Étape {step, number}",
  "ui-train/tip-training": "Entraînement : {loss, number, measure}",
  "ui-train/tip-smooth": "Moyenne lissée : {loss, number, measure}",
  "ui-train/tip-validation": "Validation : {loss, number, measure}",

  "ui-train/runs": "Entraînements",
  "ui-train/import": "Importer un entraînement ou un adaptateur",
  "ui-train/no-runs":
    "Les entraînements sont conservés dans ce navigateur. Importez un état enregistré, ou les deux fichiers d’un adaptateur de PEFT ou de mlx-lm.",
  "ui-train/stored-runs": "Entraînements enregistrés",
  "ui-train/entry": "{done, plural, one {# étape} other {# étapes}} sur {steps, number} · perte {loss} · {date}",
  "ui-train/entry-imported": "Importé · {date}",
});

export const errors = translation<typeof en.errors>()({
  "run/failed": { message: "L’entraînement a échoué.", hint: "Reprenez au point de contrôle, ou recommencez." },
});
