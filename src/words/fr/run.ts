// Translation of words/en/run.ts.
import type * as en from "../en/run.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "run/all-warmup":
    "L’entraînement s’arrête pendant son échauffement : {steps, plural, one {son unique pas} other {le dernier de ses # pas}} a {share, number, percent} du taux d’apprentissage demandé. Entraînez plus de {warmup, number} pas, ou échauffez moins longtemps.",
  "run/other-blocks":
    "Une taille de bloc de {asked, number} ne divise pas toutes les largeurs : là où elle ne divise pas, les blocs sont de {sizes}, les tailles les plus proches qui divisent.",
  "run/muon-without-matrices": "Cette méthode n’entraîne aucune matrice : Muon laisse donc tout à AdamW.",
  "run/too-long":
    "{count, plural, one {# exemple laissé} other {# exemples laissés}} de côté ({lines}) : avec {added, plural, one {# jeton virtuel} other {# jetons virtuels}} devant, trop {count, plural, one {long} other {longs}} pour la fenêtre de contexte du modèle ({context, plural, one {# jeton} other {# jetons}}).",
  "run/left-out":
    "{count, plural, one {# des {total, number} exemples a été laissé} other {# des {total, number} exemples ont été laissés}} de côté ; l’étape Données dit pourquoi, et la commande aussi.",
  "run/phase-running": "En cours",
  "run/phase-paused": "En pause",
  "run/phase-interrupted": "Interrompu",
  "run/phase-finished": "Terminé",
  "run/phase-stopped": "Arrêté",
  "run/phase-failed": "Échoué",
  "run/one-batch": "un seul lot",
  "run/imported-adapter": "adaptateur importé",
});

export const errors = translation<typeof en.errors>()({
  "run/finished": {
    message: "L’entraînement « {name} » a terminé {steps, plural, one {sa seule étape} other {ses # étapes}}.",
    hint: "Lancez un nouvel entraînement pour poursuivre l’apprentissage.",
  },
  "run/busy#compare": {
    message: "La comparaison des formes doit attendre : un entraînement est en cours.",
    hint: "Mettez-le d’abord en pause ou arrêtez-le.",
  },
  "run/busy#load": {
    message: "Le chargement d’un autre modèle doit attendre : un entraînement est en cours.",
    hint: "Mettez-le d’abord en pause ou arrêtez-le.",
  },
  "run/busy#start": {
    message: "Le démarrage d’un entraînement doit attendre : un autre est en cours.",
    hint: "Mettez-le d’abord en pause ou arrêtez-le.",
  },
  "run/busy#resume": {
    message: "La reprise d’un entraînement doit attendre : un autre est en cours.",
    hint: "Mettez-le d’abord en pause ou arrêtez-le.",
  },
  "run/elsewhere": {
    message: "Cet entraînement est en cours dans un autre onglet.",
    hint: "Dans cet onglet-là, mettez-le d’abord en pause ou arrêtez-le.",
  },
  "run/model-changed": {
    message: "Un autre modèle a été demandé pendant que les exemples étaient découpés en jetons.",
    hint: "Attendez qu’il soit prêt, puis cliquez de nouveau sur « Entraîner ».",
  },
  "run/data-changed": {
    message: "Les données ont changé depuis le clic sur « Entraîner » ; rien n’a été entraîné.",
    hint: "Cliquez de nouveau sur « Entraîner » pour entraîner sur les données ouvertes maintenant.",
  },
  "run/told-before": { message: "{message}", hint: "{hint}" },
  "checkpoint/missing": {
    message:
      "{what, select, record {La fiche} data {Le jeu de données} checkpoint {Le point de contrôle} other {L’historique}} de cet entraînement n’est pas dans l’espace de stockage du navigateur.",
    hint: "Il se peut que l’entraînement ait été supprimé dans un autre onglet. Lancez un nouvel entraînement.",
  },
  "checkpoint/newer": {
    message: "Cet entraînement a été enregistré par une version plus récente d’Atelier (format {found} ; celle-ci lit le format {known}).",
    hint: "Rechargez la page pour obtenir la version la plus récente.",
  },
});
