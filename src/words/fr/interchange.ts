// Translation of words/en/interchange.ts.
import type * as en from "../en/interchange.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  // What is wrong with a file: "{file} ne peut pas être lu : {what}."
  "interchange/no-header": "il ne commence pas par un en-tête safetensors",
  "interchange/header-not-json": "son en-tête n’est pas du JSON",
  "interchange/entry": "l’entrée du tenseur {tensor} dans son en-tête est mal formée",
  "interchange/type": "{tensor} est de type {type} ; types pris en charge : {known}",
  "interchange/no-floats": "{tensor} est de type {type} ; attendu : des nombres à virgule flottante",
  "interchange/no-integers": "{tensor} est de type {type} ; attendu : I32",
  "interchange/size": "la taille du tenseur {tensor} ne correspond pas à sa forme",
  "interchange/overlap": "les données des tenseurs {first} et {second} se chevauchent",

  // Where a file ends too early: "{file} est tronqué : {what}."
  "interchange/no-length": "il compte {size, plural, one {# octet} other {# octets}}, alors que la seule longueur de l’en-tête en occupe 8",
  "interchange/header-cut":
    "son en-tête demande {needed, plural, one {# octet} other {# octets}}, mais le fichier en compte {size, number}",
  "interchange/tensor-ends": "le tenseur {tensor} se termine à l’octet {end, number}, mais le fichier en compte {size, number}",
  "interchange/tensor-cut": "le tenseur {tensor} est incomplet",

  // What is wrong with a matrix that was quantized before it was published: "La matrice quantifiée {tensor} ne peut pas être lue : {what}."
  "interchange/quantized-missing": "il manque {part}",
  "interchange/quantized-shape": "{part} est de type {type} [{shape}], ce qui ne convient pas",
  "interchange/quantized-value": "{part} vaut {found} ; attendu : {expected}",
  "interchange/quantized-groups": "g_idx ne donne pas, dans l’ordre, {count, plural, one {# entrée} other {# entrées}} à chaque groupe",
  "interchange/quantized-table": "{part} n’est pas la table de {name}",

  // What is wrong with a saved run: "Cet entraînement enregistré est endommagé : {what}."
  "interchange/run-setting": "sa configuration contient un réglage inconnu, {name}",
  "interchange/run-record": "sa description est mal formée",
  "interchange/run-notes": "ses remarques sont mal formées",
  "interchange/run-counts": "ses nombres d’étapes ou de couches sont mal formés",
  "interchange/run-cursor": "sa position dans les données est mal formée",
  "interchange/run-cursor-outside": "sa position dans les données se trouve en dehors de celles-ci",
  "interchange/run-history": "son historique est mal formé",
  "interchange/run-model": "ce dont son modèle est fait manque ou est mal formé",
  "interchange/run-data": "ses données sont d’un type inconnu",
  "interchange/run-tokenizer": "l’empreinte de son tokeniseur est mal formée",
  "interchange/run-examples": "ses exemples {part, select, train {d’entraînement} other {de validation}} ne concordent pas entre eux",

  // What was found where something was expected.
  "interchange/nothing": "rien",
});

export const errors = translation<typeof en.errors>()({
  "model/file-invalid#safetensors": {
    message: "{file} ne peut pas être lu : {what}.",
    hint: "Vérifiez qu’il s’agit d’un fichier safetensors, tel que son auteur l’a publié.",
  },
  "model/file-invalid#quantized": {
    message: "La matrice quantifiée {tensor} ne peut pas être lue : {what}.",
    hint: "Vérifiez que config.json et les poids appartiennent au même modèle, tels que leur auteur les a publiés.",
  },
  "model/file-invalid#quantized-unsaid": {
    message: "Les poids contiennent {tensor}, mais ni config.json ni un fichier voisin ne dit comment ils ont été quantifiés.",
    hint: "Ajoutez {files}, tel que l’auteur du modèle l’a publié, ou chargez le modèle de base non quantifié.",
  },
  "model/unsupported-feature#quantized-tensor": {
    message: "Les poids contiennent {tensor}, dont Atelier ne lit pas la forme quantifiée ({form}).",
    hint: "Chargez le modèle de base non quantifié. Il est quantifié pendant le chargement.",
  },
  "model/file-truncated": {
    message: "{file} est tronqué : {what}.",
    hint: "Téléchargez ou copiez de nouveau le fichier, puis rechargez le modèle.",
  },
  "model/tensor-missing#safetensors": {
    message: "{file} n’a pas de tenseur {tensor}.",
    hint: "Vérifiez que config.json et les poids appartiennent au même modèle.",
  },
  "model/tensor-missing#index": {
    message: "{index} ne mentionne aucun tenseur {tensor}.",
    hint: "Vérifiez que l’index et les fragments appartiennent au même modèle.",
  },
  "model/tensor-missing#shard": {
    message: "{index} place le tenseur {tensor} dans {shard}, qui ne le contient pas.",
    hint: "Vérifiez que l’index et les fragments appartiennent au même modèle.",
  },
  "model/file-invalid#index": {
    message: "{file} n’a pas de weight_map qui associe les tenseurs à des fichiers .safetensors du même dossier.",
    hint: "Vérifiez qu’il s’agit de l’index tel que l’auteur du modèle l’a publié.",
  },
  "model/file-missing#folder": {
    message: "Dans {model}, il manque {file}.",
    hint: "Un dossier de modèle doit contenir config.json, model.safetensors, tokenizer.json et tokenizer_config.json.",
  },
  "model/file-missing#shard": {
    message: "Dans {model}, il manque {file}.",
    hint: "{index} le mentionne. Ajoutez-le, ou téléchargez de nouveau le modèle.",
  },
  "checkpoint/invalid#no-run": {
    message: "{file} n’est pas un entraînement enregistré.",
    hint: "Choisissez le fichier {expected} qu’Atelier a écrit.",
  },
  "checkpoint/invalid#damaged": {
    message: "Cet entraînement enregistré est endommagé : {what}.",
    hint: "Exportez-le de nouveau là d’où il vient.",
  },
  "checkpoint/invalid#said": {
    message: "Cet entraînement enregistré est endommagé : {what}",
    hint: "Exportez-le de nouveau là d’où il vient.",
  },
  "checkpoint/newer#file": {
    message: "{file} a été écrit par une version plus récente d’Atelier (format {version}).",
    hint: "Utilisez la version la plus récente.",
  },
});
