// Translation of words/en/ui-page.ts.
import type * as en from "../en/ui-page.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "ui-page/title": "Atelier",
  "ui-page/title-running": "{done, number}/{steps, number} · Atelier",
  "ui-page/tagline": "Affinez un modèle de langage dans cet onglet",
  "ui-page/skip": "Aller au contenu",
  "ui-page/footer": "Tout se passe dans cet onglet : vos données, votre modèle et vos entraînements ne quittent jamais cet ordinateur.",
  "ui-page/language": "Langue",
  "ui-page/language-failed": "Impossible d’obtenir la langue demandée ({language}). Vérifiez la connexion, puis choisissez-la de nouveau.",
  "ui-page/light-theme": "Passer au thème clair",
  "ui-page/dark-theme": "Passer au thème sombre",
  "ui-page/drop": "Déposez un fichier pour l’utiliser comme données, ou un dossier de modèle pour le charger",

  "ui-page/path": "Parcours",
  "ui-page/step-data": "Données",
  "ui-page/step-train": "Entraînement",
  "ui-page/step-chat": "Conversation",
  "ui-page/examples": "{count, plural, one {# exemple} other {# exemples}}",
  "ui-page/no-data": "Choisissez un fichier",
  "ui-page/no-run": "Aucun entraînement",
  "ui-page/run-step": "Étape {done, number} sur {steps, number}",
  "ui-page/who-answers": "De base ou affiné",

  "ui-page/unfinished": "Entraînement inachevé",
  "ui-page/unfinished-name": "« {name} » n’est pas terminé.",
  "ui-page/unfinished-kept":
    "Son point de contrôle à l’étape {step, number} sur {steps, number} est conservé. « Reprendre » continue exactement à cet endroit.",
  "ui-page/resume": "Reprendre",
  "ui-page/not-now": "Plus tard",

  "ui-page/keep": "Conserver",
  "ui-page/delete": "Supprimer",
  "ui-page/dismiss": "Masquer",
  "ui-page/copy-details": "Copier les détails",
  "ui-page/copied": "Copié",
  "ui-page/copy-refused": "La copie n’est pas autorisée ici",
  "ui-page/show-again": "Afficher de nouveau",
  "ui-page/crash-kept":
    "Vos données, vos entraînements et leurs points de contrôle sont conservés, et un entraînement en cours se poursuit.",

  "ui-page/probe": "Vérifier que l’appareil l’accorde",
  "ui-page/probing": "Vérification auprès de l’appareil…",
  "ui-page/probed": "Mémoire accordée : {granted, number, bytes} sur {asked, number, bytes}. {note}",
});

export const errors = translation<typeof en.errors>()({
  "ui/render": {
    message:
      "Impossible d’afficher {part, select, model {la barre du modèle} data {les données} train {l’entraînement} chat {la conversation} other {la page}} : {fault}",
    hint: "C’est un défaut d’Atelier. Affichez de nouveau cette partie, ou rechargez la page.",
  },
});
