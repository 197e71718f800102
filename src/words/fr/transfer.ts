// Translation of words/en/transfer.ts.
import type * as en from "../en/transfer.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "transfer/base": "{name} (révision {commit})",
  "transfer/on-published": "Entraîné sur {base}, poids tels que publiés ({form}).",
  "transfer/on-plain": "Entraîné sur {base}, poids tels que publiés, sans arrondi.",
  "transfer/on-rounded": "Entraîné sur {base}, poids arrondis en {form}.",
  "transfer/on-rounded-bits": "Entraîné sur {base}, poids arrondis en {form} ({bits, number,::.##} bits par poids).",
  "transfer/on-unknown": "Importé pour {base}. Les poids sur lesquels il a été entraîné ne sont pas connus ici.",
  "transfer/unrounded": "sans arrondi",
  "transfer/run-on-file":
    "Utilisez-le avec le même fichier, ou avec les poids qui en sont extraits sous forme de nombres simples : ce sont les mêmes. Avec une autre quantification du modèle, ou avec les poids d’avant sa quantification, une partie de ce qui a été appris peut se perdre.",
  "transfer/run-on-plain":
    "Utilisez-le avec les mêmes poids. Avec une version quantifiée de ceux-ci, une partie de ce qui a été appris peut se perdre.",
  "transfer/run-on-published":
    "D’autres programmes l’utiliseront avec les poids tels que publiés. Ce ne sont pas tout à fait ceux de l’entraînement, et une partie de ce qui a été appris peut s’y perdre.",

  "transfer/whole-model":
    "Un modèle entier, entraîné à partir de zéro avec Atelier. Il se charge avec transformers (AutoModelForCausalLM.from_pretrained) et dans Atelier comme un modèle de cet ordinateur ; history.jsonl contient la perte de son entraînement.",
  "transfer/pissa-as-lora":
    "Entraîné par PiSSA, qui modifie la base à son départ. Ce qu’il a modifié et ce qu’il a appris se trouvent tous deux dans cet adaptateur, sous la forme d’une LoRA simple de rang double : il va avec les poids d’origine.",
  "transfer/title": "Avec d’autres poids",
  "transfer/check": "Vérifier avec les poids publiés",
  "transfer/check-help":
    "Réinterroge le modèle sur {most, number} exemples appris au plus. Un exemple est juste si le modèle en dit chaque jeton appris, mot pour mot. Pour cela, les poids publiés sont relus là d’où ils viennent.",
  "transfer/cancel": "Annuler la vérification",
  "transfer/progress": "Vérification avec les poids publiés",
  "transfer/stage-trained": "Avec les poids de l’entraînement : {fraction, number, percent}",
  "transfer/stage-reading": "Lecture des poids publiés : {fraction, number, percent}",
  "transfer/stage-published": "Avec les poids publiés : {fraction, number, percent}",
  "transfer/same":
    "Toujours justes : {right, number} sur {of, plural, one {# exemple appris} other {# exemples appris}}. Les poids de l’entraînement sont les poids publiés ({form}) : les deux vérifications n’en font qu’une.",
  "transfer/published":
    "Avec les poids publiés ({form}), toujours justes : {right, number} sur {of, plural, one {# exemple appris} other {# exemples appris}}.",
  "transfer/trained": "Avec les poids de l’entraînement ({form}) : {right, number} sur {of, number}.",
  "transfer/published-unknown": "Avec les poids publiés : résultat inconnu. {why}",
  "transfer/trained-unknown": "Avec les poids de l’entraînement : résultat inconnu. {why}",
  "transfer/cancelled": "La vérification a été annulée.",
  "transfer/held-otherwise": "Forme chargée en ce moment : {loaded} ; forme de l’entraînement : {trained}.",
});

export const errors = translation<typeof en.errors>()({
  "transfer/nothing-taught": {
    message: "Cet entraînement n’a aucun exemple appris : il n’y a rien à vérifier.",
    hint: "Interrogez plutôt le modèle dans « Conversation ».",
  },
  "transfer/files-gone": {
    message: "Les fichiers de {name} ne sont plus ouverts dans cet onglet : ses poids publiés ne peuvent pas être lus.",
    hint: "Choisissez de nouveau les fichiers, puis relancez la vérification.",
  },
  "transfer/no-room": {
    message:
      "Les poids publiés ne tiennent pas à côté de ceux qui sont chargés : ensemble, ils prendraient {needed, number, bytes}, pour {room, number, bytes} disponibles.",
    hint: "Chargez le modèle tel que publié, puis relancez la vérification : plus rien n’est alors à garder deux fois.",
  },
  "transfer/other-weights": {
    message: "{name} désigne maintenant d’autres poids que ceux de cet entraînement.",
    hint: "Chargez la version sur laquelle l’entraînement a eu lieu.",
  },
  "run/busy#check": {
    message: "La vérification doit attendre : un entraînement est en cours.",
    hint: "Mettez-le d’abord en pause ou arrêtez-le.",
  },
});
