// Translation of words/en/data.ts.
import type * as en from "../en/data.ts";
import { translation } from "../translation.ts";

const noExamples =
  "{count, plural, one {{unit, select, line {La seule ligne} object {Le seul objet} other {Le seul élément}} du fichier {name} n’est pas un exemple utilisable.} other {{unit, select, line {Aucune des {count, number} lignes} object {Aucun des {count, number} objets} other {Aucun des {count, number} éléments}} du fichier {name} n’est un exemple utilisable.}}";
const chooseLines = "Choisissez un fichier avec un objet JSON par ligne.";
const notUtf8 = "{name} n’est pas un fichier texte en UTF-8 : ligne {line}, octet {byte} du fichier : {found}.";
const batchShape = "Écrivez {shape}.";

export const messages = translation<typeof en.messages>()({});

export const errors = translation<typeof en.errors>()({
  "data/empty": { message: "{name} est vide.", hint: chooseLines },
  "data/empty#blank": { message: "{name} ne contient aucun exemple.", hint: chooseLines },
  "data/too-large": {
    message: "{name} fait {size, number, bytes} ; la limite est de {limit, number, bytes}.",
    hint: "Prenez-en une partie : quelques milliers de bons exemples suffisent largement à LoRA.",
  },
  "data/binary": {
    message: notUtf8,
    hint: "Choisissez un fichier JSON ou JSONL enregistré en UTF-8 ; un fichier dans un autre codage, tel que Windows-1252, doit être enregistré de nouveau.",
  },
  "data/binary#zero": {
    message: notUtf8,
    hint: "Des octets nuls indiquent un texte en UTF-16, ou autre chose que du texte : choisissez un fichier JSON ou JSONL enregistré en UTF-8.",
  },
  "data/binary#utf-16": {
    message: "{name} commence comme un texte en UTF-16, mais la ligne {line} contient autre chose que du texte.",
    hint: "Enregistrez-le comme texte en UTF-8.",
  },
  "data/no-examples": {
    message: noExamples,
    hint: "Utilisez des objets avec des clés telles que messages, ou prompt et completion.",
  },
  "data/no-examples#first": { message: `${noExamples} {first}`, hint: "{hint}" },
  "data/several-lists": {
    message: "{what} Plusieurs listes s’y trouvent : {lists}.",
    hint: "Enregistrez la liste à apprendre dans un fichier à part.",
  },
  "data/batch-invalid": { message: "Le lot n’est pas un objet JSON.", hint: batchShape },
  "data/batch-invalid#short": {
    message: "input_ids a des séquences de moins de deux jetons ; le premier jeton d’une séquence n’est jamais prédit.",
    hint: batchShape,
  },
  "data/batch-invalid#label": {
    message: "labels contient {label} ; attendu : des identifiants de jetons, ou {ignored} là où rien n’est appris.",
    hint: batchShape,
  },
  "data/batch-invalid#no-rows": { message: "{key} n’est pas une liste de séquences.", hint: batchShape },
  "data/batch-invalid#row-count": {
    message: "{key} a {count, plural, one {# séquence} other {# séquences}} ; input_ids en a {expected, number}.",
    hint: batchShape,
  },
  "data/batch-invalid#no-numbers": { message: "Dans {key}, la séquence {row} n’est pas une liste de nombres entiers.", hint: batchShape },
  "data/batch-invalid#row-length": {
    message:
      "Dans {key}, la séquence {row} a {count, plural, one {# élément} other {# éléments}} au lieu de {expected, number}. Complétez les séquences à une même longueur.",
    hint: batchShape,
  },
});
