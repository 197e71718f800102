// Translation of words/en/data.ts.
import type * as en from "../en/data.ts";
import { translation } from "../translation.ts";

const noExamples =
  "{count, plural, one {{unit, select, line {La seule ligne} object {Le seul objet} other {Le seul élément}} du fichier {name} n’est pas un exemple utilisable.} other {{unit, select, line {Aucune des {count, number} lignes} object {Aucun des {count, number} objets} other {Aucun des {count, number} éléments}} du fichier {name} n’est un exemple utilisable.}}";
const chooseLines = "Choisissez un fichier d’exemples, tel qu’un fichier avec un objet JSON par ligne.";
const notUtf8 = "{name} n’est pas un fichier texte en UTF-8 : ligne {line}, octet {byte} du fichier : {found}.";
const batchShape = "Écrivez {shape}.";

export const messages = translation<typeof en.messages>()({
  "data/mapped-as": "Les colonnes sont utilisées ainsi : {mapping}.",
  "container/table": "cellules séparées par {delimiter}, en {encoding}",
  "container/tab": "des tabulations",
  "container/document": "un seul document, en {encoding}",
  "container/under-key": "la liste sous « {key} »",
  "container/columns": "une liste par colonne",
  "container/column-length": "« {key} » en a {count, number}",
});

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
  "data/binary#encoding": {
    message: "{name} n’est pas du texte en {encoding}, comme l’annonce son début.",
    hint: "Enregistrez-le comme texte en UTF-8.",
  },
  "data/container": {
    message: "{name} est un fichier de type {kind}, d’où aucun jeu de données ne peut être lu.",
    hint: "Choisissez un fichier JSONL, JSON, CSV, TSV, texte ou Markdown, ou un ZIP de tels fichiers.",
  },
  "data/csv-header": {
    message: "La première ligne du tableau {name}, ligne {line}, devrait nommer les colonnes, mais elle est défectueuse.",
    hint: "Nommez-y les colonnes, séparées comme dans les lignes suivantes.",
  },
  "data/csv-header#twice": {
    message: "La première ligne du tableau {name}, ligne {line}, nomme deux fois la colonne « {column} ».",
    hint: "Donnez à chaque colonne un nom qui lui est propre.",
  },
  "data/uneven-columns": {
    message: "{name} contient une liste par colonne, et leurs longueurs diffèrent : {lengths}.",
    hint: "Donnez la même longueur à toutes les colonnes.",
  },
  "data/zip-broken": {
    message: "{name} ne peut pas être décompressé ; l’erreur se trouve au fichier {entry} de l’archive : {why}",
    hint: "Créez ou téléchargez de nouveau l’archive, ou décompressez-la et choisissez les fichiers qu’elle contient.",
  },
  "data/zip-many": {
    message: "{name} contient {count, number} fichiers ; la limite est de {limit, number}.",
    hint: "Décompressez l’archive et choisissez les fichiers à apprendre.",
  },
  "data/binary#utf-16": {
    message: "{name} commence comme un texte en UTF-16, mais la ligne {line} contient autre chose que du texte.",
    hint: "Enregistrez-le comme texte en UTF-8.",
  },
  "data/no-examples": {
    message: noExamples,
    hint: "Utilisez des objets avec des clés telles que messages, ou prompt et completion.",
  },
  "data/unmapped": {
    message: `${noExamples} {first}`,
    hint: "Renommez les clés, ou indiquez leur rôle à la commande sans interface. Proposition d’après les noms et les longueurs, à vérifier : --map {mapping}",
  },
  "data/map": {
    message: "« {part} » n’est pas un élément de correspondance ; attendu : un rôle, « = » et une colonne, avec les rôles {roles}.",
    hint: "Écrivez par exemple question=Titre,answer=Corps.",
  },
  "data/map#twice": {
    message: "La correspondance nomme deux fois le rôle « {role} ».",
    hint: "Réunissez les colonnes dans un seul modèle de texte, chacune entre accolades.",
  },
  "data/map#roles": {
    message: "Une correspondance demande une question et une réponse, avec ou sans consigne système ; ou un texte seul.",
    hint: "Écrivez par exemple question=Titre,answer=Corps.",
  },
  "data/map#brace": {
    message: "Dans le modèle de texte {template}, une accolade est seule.",
    hint: "Mettez chaque colonne entre accolades, et doublez toute accolade qui fait partie du texte.",
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
