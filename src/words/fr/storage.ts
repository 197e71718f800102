// Translation of words/en/storage.ts.
import type * as en from "../en/storage.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "cache/deleted": "{what} Elle a été supprimée, et le modèle est préparé de nouveau.",
  "cache/newer": "faite par une version plus récente d’Atelier",
  "cache/older": "faite par une version plus ancienne d’Atelier, donc non utilisée",
  "cache/not-asked": "comme demandé",
  "cache/no-files": "ce navigateur ne peut pas enregistrer de fichiers pour cette page",
  "cache/offline": "hors ligne : utilisation de la copie du {at, date, medium}",
  "cache/bundled": "le modèle intégré est petit et fait partie de l’application",
  "cache/no-commit": "son commit n’est pas connu",
  "cache/no-version": "rien ne distingue une version du fichier {file} d’une autre : son serveur n’envoie ni ETag ni date",
  "cache/other-tab": "un autre onglet travaille avec la même copie",
  "cache/other-version": "une copie que cette version ne sait pas lire occupe sa place",
  "cache/no-room": "il n’y a pas assez de place pour lui dans l’espace de stockage que le navigateur réserve à cette page",
  "cache/full": "l’espace de stockage que le navigateur réserve à cette page est plein",
  "cache/not-written": "l’écriture a échoué : {what}",
  "cache/not-again": "{reason} ({damage})",
});

export const errors = translation<typeof en.errors>()({
  "cache/damaged#cut-off": {
    message: "La copie enregistrée est endommagée : {file} est tronqué.",
    hint: "Chargez de nouveau le modèle depuis son origine.",
  },
  "cache/damaged#missing": {
    message: "La copie enregistrée est endommagée : {file} manque.",
    hint: "Chargez de nouveau le modèle depuis son origine.",
  },
  "cache/damaged#unreadable": {
    message: "La copie enregistrée est endommagée : {file} est illisible.",
    hint: "Chargez de nouveau le modèle depuis son origine.",
  },
  "cache/damaged#changed": {
    message: "La copie enregistrée est endommagée : {file} contient d’autres octets que ceux qui ont été enregistrés.",
    hint: "Chargez de nouveau le modèle depuis son origine.",
  },
  "cache/damaged#no-file": {
    message: "La copie enregistrée est endommagée : aucun fichier ne contient {file}.",
    hint: "Chargez de nouveau le modèle depuis son origine.",
  },
  "cache/in-use": {
    message: "Cette copie est en cours de lecture ou d’écriture.",
    hint: "Attendez la fin du chargement, ici ou dans un autre onglet.",
  },
  "cache/missing": {
    message: "Cette copie n’est plus sur cet appareil.",
    hint: "Chargez le modèle depuis son origine.",
  },
  "storage/full": {
    message: "L’espace de stockage que le navigateur réserve à cette page est plein ; rien n’a été écrasé.",
    hint: "Supprimez d’anciens entraînements, ou libérez de l’espace disque, puis reprenez.",
  },
  "storage/failed": {
    message: "L’espace de stockage du navigateur n’a pas pu être utilisé.",
    hint: "Les fenêtres privées l’interdisent parfois. Exportez l’adaptateur avant de fermer l’onglet.",
  },
});
