// Translation of words/en/gguf.ts.
import type * as en from "../en/gguf.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  // What is wrong with a file: "{file} ne peut pas être lu : {what}."
  "gguf/no-magic": "il ne commence pas par les lettres GGUF",
  "gguf/big-endian": "ses nombres sont gros-boutistes (big-endian)",
  "gguf/version": "sa version {version} est inconnue",
  "gguf/count": "son nombre de {what, select, tensors {tenseurs} other {clés}}, {count}, dépasse ce qu’il peut contenir",
  "gguf/key-twice": "la clé {key} y figure deux fois",
  "gguf/alignment": "son general.alignment n’est pas un nombre entier supérieur à 0",
  "gguf/axes": "le tenseur {tensor} a {axes, number} axes",
  "gguf/deep-lists": "ses listes sont imbriquées trop profondément",
  "gguf/value-type": "son en-tête contient une valeur du type inconnu {type}",
  "gguf/tensor-twice": "le tenseur {tensor} y figure deux fois",
  "gguf/partial-blocks":
    "les lignes de {tensor} ont {width, plural, one {# valeur} other {# valeurs}}, ce qui ne fait pas des blocs {type} entiers",
  "gguf/absurd-size": "la taille de {tensor} est aberrante",
  "gguf/no-key": "{key} manque dans son en-tête",
  "gguf/key-kind": "son en-tête contient pour {key} : {found} ; attendu : {expected}",
  "gguf/types-of-tokens":
    "il a {tokens, plural, one {# jeton} other {# jetons}} mais {types, plural, one {# type de jeton} other {# types de jetons}}",
  "gguf/scores": "il a {tokens, plural, one {# jeton} other {# jetons}} mais {scores, plural, one {# score} other {# scores}}",
  "gguf/no-token": "{key} vaut {id}, qui n’est pas un jeton",
  "gguf/same-tokens": "ses jetons {first} et {second} sont tous deux {token}",
  "gguf/heads": "les lignes de {tensor} ({rows, number}) ne se répartissent pas entre {heads, plural, one {# tête} other {# têtes}}",
  "gguf/no-table": "la table token_embd.weight manque ; il ne contient pas un modèle de langue entier",
  "gguf/no-short-vector": "{tensor} n’est pas un vecteur court",

  // What a key of the header has to be: "attendu : {expected}"
  "gguf/a-number": "un nombre",
  "gguf/a-text": "un texte",
  "gguf/a-flag": "true ou false",
  "gguf/texts": "une liste de textes",
  "gguf/numbers": "une liste de nombres",
  "gguf/same-number": "le même nombre pour toutes les couches",

  // Where a file ends too early: "{file} est tronqué : {what}."
  "gguf/header-cut": "son en-tête se poursuit au-delà de la fin du fichier, à l’octet {size, number}",
  "gguf/list-cut":
    "une liste de son en-tête demande {needed, plural, one {# octet} other {# octets}}, mais le fichier en compte {size, number}",
  "gguf/ends-before": "il se termine avant l’octet {end, number}",

  // What is not computed: "{file} contient {what}, ce qu’Atelier ne calcule pas."
  "gguf/value-width": "des valeurs d’une autre largeur que les clés",
  "gguf/rotation": "des positions qui font tourner {turned, number} des {all, number} dimensions",
  "gguf/window-rotation": "des couches à fenêtre qui font tourner {turned, number} des {all, number} dimensions",
  "gguf/experts": "un mélange d’experts",
  "gguf/beside": "{key} {value} à côté de {other}",
  "gguf/setting": "{key} {value}",
  "gguf/longrope": "longrope sans {tensor}",
  "gguf/attention-factor": "{key} {value} sans yarn ni longrope",
  "gguf/no-llama3-scaling": "des rope_freqs qui ne sont pas une mise à l’échelle de Llama 3",

  // What is not read: "{file} contient {what}, qu’Atelier ne lit pas au format GGUF."
  "gguf/tokenizer-kind": "un tokeniseur du type « {kind} »",
  "gguf/tokenizer-split": "un tokeniseur qui découpe les textes à la manière de « {name} »",

  // A type of numbers that has no name here: "au format {type}"
  "gguf/type-number": "numéro {type}",
});

export const errors = translation<typeof en.errors>()({
  "model/file-invalid#gguf": {
    message: "{file} ne peut pas être lu : {what}.",
    hint: "Vérifiez qu’il s’agit du fichier GGUF d’un modèle de langue, tel que son auteur l’a publié.",
  },
  "model/unsupported-feature#gguf": {
    message: "{file} contient {what}, ce qu’Atelier ne calcule pas.",
    hint: "Choisissez un autre modèle, ou le même au format safetensors.",
  },
  "model/unsupported-feature#gguf-type": {
    message: "Le tenseur {tensor} de {file} est au format {type}, qu’Atelier ne lit pas.",
    hint: "Choisissez un fichier du même modèle en {known}, par exemple Q4_K_M ou Q8_0.",
  },
  "model/unsupported-feature#gguf-part": {
    message: "{file} est l’une des {parts, number} parties d’un modèle.",
    hint: "Réunissez les parties avec gguf-split --merge de llama.cpp, ou choisissez un modèle en un seul fichier.",
  },
  "model/unknown-architecture#gguf": {
    message: "Le fichier indique general.architecture « {name} », qu’Atelier ne lit pas au format GGUF.",
    hint: "Architectures connues : {known}.",
  },
  "model/tensor-missing#gguf": {
    message: "{file} n’a pas de tenseur {tensor}.",
    hint: "Vérifiez que le fichier contient un modèle entier et non une partie d’un modèle.",
  },
  "model/tensor-unknown#gguf": {
    message: "{file} contient un tenseur {tensor} que cette architecture n’utilise pas.",
    hint: "Le modèle a une partie qu’Atelier laisserait de côté ; ses réponses seraient fausses.",
  },
  "model/not-finite#gguf": {
    message: "{file} contient {value} dans le tenseur {tensor}.",
    hint: "Le fichier est endommagé. Téléchargez-le de nouveau, ou choisissez une autre copie du modèle.",
  },
  "tokens/tokenizer-invalid#gguf": {
    message: "{file} contient {what}, qu’Atelier ne lit pas au format GGUF.",
    hint: "Choisissez un autre fichier du modèle, ou le même modèle au format safetensors avec son tokenizer.json.",
  },
  "tokens/tokenizer-invalid#gguf-none": {
    message: "{file} ne contient pas de tokeniseur.",
    hint: "Choisissez un autre fichier du modèle, ou le même modèle au format safetensors avec son tokenizer.json.",
  },
});
