// Translation of words/en/learned.ts. A place is not made the subject of a sentence, since it has no article.
import type * as en from "../en/learned.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({
  "data/none": {
    message: "Il n’y a pas encore de jeu de données.",
    hint: "Déposez un fichier d’exemples ou choisissez un jeu de données fourni.",
  },
  "data/nothing-to-learn#answers": {
    message: "Aucune de ses réponses n’est à apprendre.",
    hint: "Ses réponses sont vides, ou le fichier dit qu’elles ne sont pas à apprendre ; choisissez de tout apprendre, ou retirez l’exemple.",
  },
  "data/nothing-to-learn#no-token": {
    message: "{place} : il n’y a aucun jeton à apprendre.",
    hint: "Mettez du texte dans le message de l’assistant ou dans le document.",
  },
  "data/token-beyond-embedding": {
    message:
      "{place} : le jeton {token} a l’identifiant {id}, mais le plongement du modèle n’a que {rows, plural, one {# ligne} other {# lignes}}.",
    hint: "Le tokeniseur connaît un jeton que le modèle n’a jamais reçu. Retirez ce jeton du texte, ou prenez des fichiers qui vont ensemble.",
  },
  "data/too-few-to-split": {
    message:
      "Avec moins de {fewest, plural, one {# exemple} other {# exemples}}, aucun n’est mis de côté : il n’y a donc pas de perte de validation.",
    hint: "Quand il y en a si peu, chacun compte. Ajoutez des exemples pour que certains soient mis de côté.",
  },
  "data/too-long": {
    message:
      "{place} : l’exemple compte {length, plural, one {# jeton} other {# jetons}}, pour une longueur de séquence de {limit, number}.",
    hint: "Augmentez la longueur de séquence ou raccourcissez l’exemple ; il est écarté de l’entraînement, il n’est pas coupé.",
  },
  "data/too-long#context": {
    message:
      "{place} : l’exemple compte {length, plural, one {# jeton} other {# jetons}}, et la fenêtre de contexte de ce modèle n’en contient que {limit, number}.",
    hint: "Raccourcissez l’exemple, ou choisissez un modèle dont la fenêtre de contexte est plus longue ; il est écarté de l’entraînement, il n’est pas coupé.",
  },
  "model/not-loaded#tokenizer": {
    message: "Le tokeniseur du modèle n’est pas encore chargé.",
    hint: "Attendez que le modèle soit prêt.",
  },
  "tokens/answers-do-not-end": {
    message:
      "{place}{more, plural, =0 {} one {, et # autre exemple} other {, et # autres exemples}} : rien ne termine les réponses, car ce tokeniseur n’a pas de jeton de fin.",
    hint: "Après sa réponse, le modèle affiné continuera jusqu’à la longueur que vous autorisez.",
  },
  "tokens/row-per-answer": {
    message:
      "{place}{more, plural, =0 {} one {, et # autre exemple} other {, et # autres exemples}} : le gabarit de conversation du modèle réécrit les tours précédents ; chaque réponse est donc apprise dans une séquence à part ({answers, plural, one {# réponse} other {# réponses}}).",
    hint: "Les longues conversations donnent plus de séquences. Choisissez la dernière réponse seule pour n’avoir qu’une séquence par conversation.",
  },
  "tokens/template-cuts": {
    message:
      "{place} : le gabarit de conversation du modèle omet {excerpt} du message {message}{more, plural, =0 {} one {, et de même dans # autre exemple} other {, et de même dans # autres exemples}}.",
    hint: "Ce qui est omis n’est ni lu ni appris. Regardez les jetons de l’exemple ; un autre modèle le conserve peut-être.",
  },
});
