// Translation of words/en/tokens.ts.
import type * as en from "../en/tokens.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "tokens/id": "l’identifiant du jeton {token} n’est pas un nombre entier",
  "tokens/malformed": "tokenizer.json ou tokenizer_config.json est mal formé",
  "tokens/merge-pair": "la fusion {merge} n’est pas une paire",
  "tokens/merge-token": "la fusion {merge}, {pair}, demande un jeton qui manque au vocabulaire",
  "tokens/no-list": "une liste est attendue pour {what}",
  "tokens/no-object": "un objet est attendu pour {what}",
  "tokens/no-text": "un texte est attendu pour {what}",
  "tokens/no-vocabulary": "tokenizer.json ne contient pas de vocabulaire",
  "tokens/pattern": "un motif n’est ni String ni Regex",
  "tokens/post-processor": "son post-traitement {name} n’est pas connu",
  "tokens/same-id": "les jetons {one} et {other} ont tous deux l’identifiant {id}",
  "tokens/unknown-token": "le jeton {token}, qui tient lieu de jeton inconnu, n’est pas dans le vocabulaire",

  "tokens/behavior-of-punctuation": "le comportement de Punctuation",
  "tokens/behavior-of-split": "le comportement d’un Split",
  "tokens/content-of-replace": "ce qu’un Replace met en place",
  "tokens/delimiter": "un délimiteur",
  "tokens/prepended": "ce qu’un normaliseur place en tête",
  "tokens/replacement-of-metaspace": "le caractère de remplacement de Metaspace",
  "tokens/step": "{kind, select, normalizer {un normaliseur} preTokenizer {un prétokeniseur} decoder {un décodeur} other {une étape}}",
  "tokens/steps":
    "une suite {kind, select, normalizer {de normaliseurs} preTokenizer {de prétokeniseurs} decoder {de décodeurs} other {d’étapes}}",
  "tokens/suffix-of-decoder": "le suffixe d’un décodeur",

  "tokens/part":
    "{part, select, model {le modèle} normalizer {le normaliseur} preTokenizer {le prétokeniseur} decoder {le décodeur} pattern {le motif} split {le mode de découpage} other {l’élément}} {name}",
  "tokens/setting": "le réglage {key} = {value}",
  "tokens/inverted": "{behavior}, inversé",
  "tokens/without-name": "sans nom",

  "tokens/call-in-message": "l’appel de la fonction {name} dans le message {message}",
  "tokens/calls-of-message": "« tool_calls » du message {message}",
  "tokens/function-of-tools": "la fonction {name} de « tools »",
  "tokens/key": "« {key} »",
});

export const errors = translation<typeof en.errors>()({
  "tokens/not-rendered": {
    message: "Le gabarit de conversation du modèle omet {what}.",
    hint: "Choisissez un modèle dont le gabarit écrit les fonctions et les appels, comme Qwen 2.5 ou Llama 3.1, ou retirez-les des données.",
  },
  "tokens/not-rendered#answer": {
    message: "Le gabarit de conversation du modèle omet tout le message {message} : le modèle apprendrait à ne rien dire.",
    hint: "Choisissez un modèle dont le gabarit écrit de telles réponses, ou retirez la ligne.",
  },
  "tokens/tokenizer-invalid": {
    message: "Le tokeniseur ne peut pas être utilisé : {what}.",
    hint: "Prenez tokenizer.json et tokenizer_config.json tels que l’auteur du modèle les a publiés.",
  },
  "tokens/tokenizer-invalid#unknown": {
    message: "Le tokeniseur emploie {what}, qu’Atelier ne connaît pas : ses jetons seraient faux.",
    hint: "Choisissez un autre modèle ; ceux dont le tokeniseur est de type BPE peuvent être lus.",
  },
  "tokens/vocabulary-too-small": {
    message:
      "Un vocabulaire de {asked, number} jetons est trop petit : les lettres de tous les octets et les jetons spéciaux en font déjà {least, number}.",
    hint: "Demandez au moins {least, number} jetons.",
  },
});
