// Translation of words/en/ui-chat.ts.
import type * as en from "../en/ui-chat.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "ui-chat/title": "Conversation",
  "ui-chat/who": "Qui répond",
  "ui-chat/base": "De base",
  "ui-chat/tuned": "Affiné",
  "ui-chat/both": "Les deux",
  "ui-chat/no-run": "Lancez d’abord un entraînement.",
  "ui-chat/clear": "Effacer",
  "ui-chat/run": "Entraînement du modèle affiné",

  "ui-chat/pane-base": "Modèle de base",
  "ui-chat/pane-tuned": "Modèle affiné",
  "ui-chat/empty-base": "Le modèle tel qu’il était avant l’entraînement. Posez-lui une question.",
  "ui-chat/empty-tuned": "Le modèle avec ce que votre entraînement lui a appris. Posez-lui une question.",
  "ui-chat/you": "Vous :",
  "ui-chat/kept": "Ce qui a déjà été dit est conservé.",
  "ui-chat/speed": "{rate} jetons/s",
  "ui-chat/stopped": "réponse interrompue",
  "ui-chat/cut": "limite de jetons atteinte",

  "ui-chat/message": "Message",
  "ui-chat/ask": "Posez une question",
  "ui-chat/continue-text": "Continuer mon texte au lieu d’y répondre",
  "ui-chat/keys": "Entrée envoie, Maj + Entrée va à la ligne.",
  "ui-chat/send": "Envoyer",
  "ui-chat/stop": "Arrêter",

  "ui-chat/sampling": "Échantillonnage",
  "ui-chat/system": "Message système",
  "ui-chat/system-none": "Aucun",
  "ui-chat/remember": "Envoyer aussi les tours précédents",
});

export const errors = translation<typeof en.errors>()({});
