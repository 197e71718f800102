// Translation of words/en/sources.ts.
import type * as en from "../en/sources.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "sources/list-of-files": "la liste des fichiers",

  "sources/trying-again": "{what} Nouvel essai dans {seconds, plural, one {# seconde} other {# secondes}}.",

  // How long to wait: "Attendez {wait}, puis chargez de nouveau."
  "sources/few-minutes": "quelques minutes",
  "sources/seconds": "{count, plural, one {# seconde} other {# secondes}}",
  "sources/minutes": "{count, plural, one {# minute} other {# minutes}}",

  // What a server sent instead: "({found})"
  "sources/more-bytes": "plus de {count, plural, one {# octet} other {# octets}}",
  "sources/whole-file": "le fichier entier au lieu d’une partie",
});

export const errors = translation<typeof en.errors>()({
  "load/cancelled": { message: "Le chargement a été annulé.", hint: "Chargez de nouveau le modèle quand vous le souhaitez." },
  "hub/revision-not-found": {
    message: "{model} n’a pas cette révision sur {host}.",
    hint: "Vérifiez ce qui se trouve après le @.",
  },
  "hub/model-not-found": {
    message: "{host} n’a pas de modèle {model}, ou ne le montre pas sans jeton d’accès.",
    hint: "Vérifiez l’orthographe. Pour un modèle privé, collez le jeton d’accès d’un compte autorisé à le lire.",
  },
  "hub/gated": {
    message: "L’accès à {model} est restreint : {host} ne donne {what} qu’aux comptes qui ont accepté sa licence.",
    hint: "{token, select, sent {Acceptez la licence sur la page du modèle avec le compte de ce jeton d’accès, ou attendez que l’accès soit accordé.} other {Acceptez la licence sur la page du modèle, puis collez un jeton d’accès du même compte.}}",
  },
  "hub/access-denied": {
    message: "{host} ne donne pas accès à {what} de {model} ({status}).",
    hint: "{token, select, sent {Le jeton d’accès est peut-être mal saisi, expiré ou sans droit de lecture sur ce modèle. Si l’accès au modèle est restreint, acceptez sa licence sur sa page.} other {Si l’accès au modèle est restreint, acceptez sa licence sur sa page, puis collez un jeton d’accès. Sinon, vérifiez l’orthographe.}}",
  },
  "hub/rate-limited": {
    message: "{host} limite le nombre de ses réponses et n’a pas donné {what} (429).",
    hint: "Attendez {wait}, puis chargez de nouveau. Avec un jeton d’accès, la limite est plus haute.",
  },
  "hub/bad-answer": {
    message: "{host} n’a pas répondu par une liste des fichiers de {model}.",
    hint: "Vérifiez l’adresse du hub : il doit répondre comme huggingface.co.",
  },
  "model/offline": {
    message: "Impossible d’obtenir {what} : cet ordinateur est hors ligne.",
    hint: "Connectez-le, puis chargez de nouveau.",
  },
  "model/download-failed": {
    message: "Impossible d’obtenir {what} : {host} a répondu {status}.",
    hint: "Vérifiez l’adresse.",
  },
  "model/download-failed#unavailable": {
    message: "Impossible d’obtenir {what} : {host} a répondu {status} à chaque essai.",
    hint: "Le serveur a un problème. Réessayez plus tard.",
  },
  "model/download-failed#unreachable": {
    message: "Impossible d’obtenir {what} : {host} est injoignable, ou ne se laisse pas lire par les pages d’autres sites.",
    hint: "Vérifiez l’adresse et la connexion, puis chargez de nouveau.",
  },
  "model/download-failed#range": {
    message: "Impossible d’obtenir {what} : {host} a envoyé d’autres octets que ceux qui étaient demandés ({found}).",
    hint: "Choisissez une autre source pour ce modèle.",
  },
  "model/file-truncated#connection": {
    message:
      "Réception incomplète de {what} : la connexion s’est interrompue après {arrived, plural, one {# octet} other {# octets}} et n’est pas allée plus loin en cinq essais.",
    hint: "Vérifiez la connexion, puis chargez de nouveau.",
  },
  "model/file-truncated#connection-of": {
    message:
      "Réception incomplète de {what} : la connexion s’est interrompue après {arrived, plural, one {# octet} other {# octets}} sur {total, number} et n’est pas allée plus loin en cinq essais.",
    hint: "Vérifiez la connexion, puis chargez de nouveau.",
  },
  "model/wrong-size": {
    message: "{what} compte {found, plural, one {# octet} other {# octets}}, alors que la taille annoncée est de {expected, number}.",
    hint: "Le serveur a peut-être une autre version du fichier. Chargez de nouveau, ou choisissez une autre source.",
  },
  "model/file-changed": {
    message: "{what} a changé sur le serveur pendant la lecture ; ses parties n’iraient pas ensemble.",
    hint: "Chargez de nouveau le modèle.",
  },
  "model/file-corrupted": {
    message: "{what} est arrivé avec d’autres octets que ceux que le hub annonce : sa somme de contrôle est fausse.",
    hint: "Chargez de nouveau. Si cela se répète, le serveur ou un intermédiaire endommage le fichier.",
  },
  "model/file-invalid#json": {
    message: "{file} n’est pas du JSON valide ; il est peut-être tronqué.",
    hint: "Téléchargez ou copiez de nouveau le fichier.",
  },
  "model/several-files": {
    message: "{first} et {second} ont été choisis ensemble, et chacun peut être un modèle entier.",
    hint: "Choisissez l’un des deux. Un modèle en plusieurs parties doit d’abord être réuni en un seul fichier, avec gguf-split --merge de llama.cpp.",
  },
  "model/several-files#twins": {
    message: "{model} a deux fichiers nommés {file}.",
    hint: "Choisissez les fichiers d’un seul modèle, dans un seul dossier.",
  },
  "source/token-in-the-open": {
    message: "{endpoint} n’est pas chiffré : un jeton d’accès qui y serait envoyé pourrait être lu en chemin.",
    hint: "Utilisez un hub en https://, ou retirez le jeton d’accès.",
  },
  "source/invalid-endpoint": {
    message:
      "L’adresse du hub, « {endpoint} », {problem, select, none {n’est pas une adresse web} secret {contient un nom d’utilisateur ou un mot de passe, qui serait conservé avec elle} other {contient quelque chose après un ? ou un #, qui serait perdu}}.",
    hint: "Écrivez-la sur le modèle de {example}.",
  },
  "source/invalid-url": {
    message:
      "Cette adresse {problem, select, none {n’est pas une adresse web} secret {contient un nom d’utilisateur ou un mot de passe, qui serait conservé avec elle} other {contient quelque chose après un ? ou un #, qui serait perdu}}.",
    hint: "Donnez l’adresse http(s) du dossier qui contient config.json et les poids.",
  },
  "source/invalid-id": {
    message: "« {id} » n’est pas l’identifiant d’un modèle du hub.",
    hint: "Écrivez propriétaire/nom ou propriétaire/nom@révision, par exemple HuggingFaceTB/SmolLM2-135M-Instruct, ou une adresse complète en https://.",
  },
  "source/subfolder": {
    message: "Cette adresse désigne le dossier {folder} d’un dépôt ; sur un hub, seuls les modèles à la racine d’un dépôt sont lus.",
    hint: "Donnez l’adresse des fichiers du dossier sur un simple serveur, choisissez-les sur cet ordinateur, ou prenez un autre dépôt.",
  },
});
