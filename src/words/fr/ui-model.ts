// Translation of words/en/ui-model.ts.
import type * as en from "../en/ui-model.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "ui-model/bar": "Modèle et moteur",
  "ui-model/change": "Changer de modèle",
  "ui-model/close": "Fermer",
  "ui-model/cancel": "Annuler le chargement",
  "ui-model/none": "Aucun modèle n’est chargé",
  "ui-model/begin": "Choisissez un moteur et un modèle pour commencer.",
  "ui-model/line": "{name} · {parameters, number, compact} paramètres · {weights} · contexte {context, number}",
  "ui-model/head-too": "{weights}, tête comprise",
  "ui-model/engine-without-gpu": "{engine}. WebGPU ne peut pas être utilisé : {reason}.",
  "ui-model/stays": "{name} reste chargé.",
  "ui-model/load-again": "Charger de nouveau",
  "ui-model/use-wasm": "Utiliser WASM",
  "ui-model/load-bundled": "Charger le modèle intégré",

  "ui-model/engine": "Moteur",
  "ui-model/is-loading": "Un modèle est en cours de chargement.",
  "ui-model/is-training": "Mettez d’abord l’entraînement en pause, ou arrêtez-le.",
  "ui-model/no-gpu": "WebGPU ne peut pas être utilisé : {reason}.",
  "ui-model/unknown-reason": "raison inconnue",

  "ui-model/loading": "Chargement du modèle",
  "ui-model/loading-line":
    "Chargement du modèle, {fraction, number, percent}{amount, select, none {} bytes { · {done, number, bytes} sur {total, number, bytes}} other { · {done, number, bytes} sur {total, number, bytes}, {rate, number, bytes} par seconde}}",
  "ui-model/loading-now": "{fraction, number, percent}, {what}",
  "ui-model/files": "Fichiers",
  "ui-model/bytes-of": "{done, number, bytes} sur {total, number, bytes}",

  "ui-model/hub": "Modèles du hub",
  "ui-model/hub-notice":
    "Choisir un modèle amène votre navigateur à télécharger ses fichiers depuis {host}, qui connaît alors votre adresse réseau et le modèle demandé. Rien n’est envoyé : vos données, vos entraînements et vos conversations restent dans cet onglet.",
  "ui-model/that-host": "cet hôte",
  "ui-model/hub-training": "Mettez l’entraînement en pause ou arrêtez-le avant de charger un autre modèle.",
  "ui-model/curated": "Modèles adaptés",
  "ui-model/curated-figures":
    "{parameters, number, compact} paramètres · {bytes, number, bytes} à télécharger · contexte {context, number} · {license}",
  "ui-model/gated": "restreint : jeton d’accès requis",
  "ui-model/unknown-family": "Cette version ne sait pas exécuter les modèles de la famille {family}.",

  "ui-model/any": "Tout autre modèle",
  "ui-model/address": "Identifiant ou adresse du modèle",
  "ui-model/address-shape": "propriétaire/nom",
  "ui-model/address-help":
    "propriétaire/nom ou propriétaire/nom@révision sur le hub, suivi de :fichier.gguf pour un seul de ses fichiers ; ou l’adresse https:// d’un dossier qui contient les fichiers.",
  "ui-model/token": "Jeton d’accès pour les modèles à accès restreint",
  "ui-model/token-help": "Transmis à {host}, et à personne d’autre. Gardé en mémoire jusqu’à la fermeture de cet onglet.",
  "ui-model/the-endpoint": "l’hôte indiqué",
  "ui-model/other-hub": "Avancé : un autre hub",
  "ui-model/endpoint": "Adresse du hub",
  "ui-model/endpoint-help": "Un miroir qui répond comme huggingface.co.",
  "ui-model/look": "Examiner ce modèle",

  "ui-model/local": "Depuis cet ordinateur",
  "ui-model/local-help":
    "Un dossier avec config.json, model.safetensors ou ses fragments, tokenizer.json et tokenizer_config.json ; ou un seul fichier .gguf. Vous pouvez aussi les déposer sur la page.",
  "ui-model/choose-folder": "Choisir un dossier de modèle",
  "ui-model/choose-files": "Choisir des fichiers de modèle",
  "ui-model/use-bundled": "Utiliser le modèle intégré",

  "ui-model/weights": "Poids",
  "ui-model/weights-option": "{weights} · {bits, number, ::.##} bits par poids",
  "ui-model/no-f16": "f16 ne peut pas être choisi : ce GPU n’a pas shader-f16.",
  "ui-model/head": "La table de plongement et la tête aussi",
  "ui-model/head-bytes": "Ici, elles occupent {bytes, number, bytes} en f32 ; environ {saved, number, bytes} de moins ainsi.",

  "ui-model/fact-family": "Famille",
  "ui-model/fact-layers": "Couches",
  "ui-model/fact-width": "Largeur",
  "ui-model/fact-vocabulary": "Vocabulaire",
  "ui-model/fact-weights": "Poids en mémoire",
  "ui-model/fact-template": "Gabarit de conversation",
  "ui-model/template-own": "celui du modèle",
  "ui-model/template-plain": "simple",
  "ui-model/fact-commit": "Commit",
  "ui-model/fact-unchecked": "Somme de contrôle non calculée",

  "ui-model/too-large": "Ce modèle ne tient pas ici",
  "ui-model/takes": "Mémoire que prend ce modèle",
  "ui-model/run-least":
    "Poids : {weights} ; lots de {batch, plural, one {# exemple} other {# exemples}}, {tokens, plural, one {# jeton} other {# jetons}}, {method} : le plus petit entraînement possible.",
  "ui-model/run-as-set":
    "Poids : {weights} ; lots de {batch, plural, one {# exemple} other {# exemples}}, {tokens, plural, one {# jeton} other {# jetons}}, {method}, selon les réglages actuels de l’étape « Entraînement ».",
  "ui-model/run-refused": "L’étape « Entraînement » telle qu’elle est réglée ne peut pas entraîner ce modèle.",
  "ui-model/load": "Charger",
  "ui-model/load-with": "Charger ainsi : {what}",
  "ui-model/load-anyway": "Charger quand même",
  "ui-model/do-not-load": "Ne pas charger",

  "ui-model/stored": "Enregistrés sur cet appareil",
  "ui-model/stored-list": "Modèles enregistrés",
  "ui-model/stored-none":
    "Un modèle que vous chargez est enregistré tel qu’il est en mémoire : il s’ouvre en quelques secondes la fois suivante, même sans réseau.",
  "ui-model/not-stored": "{name} n’est pas enregistré : {reason}.",
  "ui-model/storage": "Espace de stockage utilisé",
  "ui-model/usage": "{used, number, bytes} sur les {quota, number, bytes} que le navigateur accorde à cette page",
  "ui-model/usage-runs":
    "{used, number, bytes} sur les {quota, number, bytes} que le navigateur accorde à cette page, entraînements compris.",
  "ui-model/stored-used": "{weights} · {bytes, number, bytes} · utilisé le {date}",
  "ui-model/stored-note": "{weights} · {bytes, number, bytes} · {note}",
  "ui-model/load-copy": "Charger {name}, {weights}",
  "ui-model/delete-copy": "Supprimer la copie du modèle {name}, {weights}",
  "ui-model/delete-question": "Supprimer cette copie ?",
});

export const errors = translation<typeof en.errors>()({});
