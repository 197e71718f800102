// Translation of words/en/adapter.ts.
import type * as en from "../en/adapter.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  // What is true of an adapter and not seen in what it does.
  "adapter/some-layers":
    "L’adaptateur modifie {count, plural, one {# couche} other {# couches}} sur {all, number} ; les autres restent telles quelles, même si l’entraînement se poursuit.",
  "adapter/some-modules":
    "L’adaptateur modifie {count, plural, one {# module} other {# modules}} sur {all, number} ; les autres restent tels quels, même si l’entraînement se poursuit.",
  "adapter/one-factor":
    "Les réglages annoncent {announced, plural, one {# facteur papillon} other {# facteurs papillon}} ; le fichier en contient un seul, comme PEFT le produit sans CUDA.",
  "adapter/unused-in-training": "Il a été entraîné avec {names}, dont la suite de l’entraînement se passe ici.",
  "adapter/unused-targets": "target_modules mentionne aussi ce que ce modèle n’a pas : {names}.",
  "adapter/prompt-scale":
    "Avant la version 5.4, transformers multipliait les jetons virtuels de {family} par la racine carrée de la largeur du modèle, comme les mots ; ici, comme depuis cette version, ils sont pris tels quels. Si cet adaptateur a été entraîné avec une version antérieure, ses réponses diffèrent.",
  "adapter/projected-prefix":
    "Ce préfixe a été appris à travers un réseau (prefix_projection), dont le fichier contient le résultat ; si l’entraînement se poursuit, c’est le préfixe lui-même qui est appris.",

  // Why an adapter is refused as not fitting its settings, its base or itself.
  "adapter/no-object": "{file} n’est pas un objet JSON.",
  "adapter/expected": "Dans {file}, valeur trouvée pour {key} : {found} ; attendu : {expected}.",
  "adapter/names": "Dans {file}, élément trouvé dans {key} : {found} ; attendu : {expected}.",
  "adapter/outside-blocks":
    "{file} place un adaptateur sur {module} ; dans Atelier, seules les couches linéaires des blocs ont des adaptateurs.",
  "adapter/no-layer": "{file} n’annonce aucune couche linéaire de ce modèle {family}.",
  "adapter/not-announced": "{file} contient {tensor}, que {config} n’annonce pas.",
  "adapter/too-deep":
    "{file} vient d’un modèle plus profond : il contient {tensor}, de la couche {layer, number} ; cette base a {layers, plural, one {# couche, numéro 0} other {# couches, numérotées de 0 à {last, number}}}.",
  "adapter/tied-differ": "{file} contient {first} et {second}, qui sont une seule table liée et diffèrent.",
  "adapter/twins": "{file} contient à la fois {first} et {second}, qui désignent la même matrice.",
  "adapter/no-tensor": "{file} n’a pas de tenseur {tensor}.",
  "adapter/shape": "{tensor} est de forme {found} ; ce modèle de base demande {expected}.",
  "adapter/layers-beside-text": "Dans {file}, layers_to_transform ne peut pas accompagner un target_modules qui est un texte.",
  "adapter/keys-lack": "Les poids contiennent des tenseurs pour {path}, que lora_parameters.keys ne mentionne pas dans {file}.",
  "adapter/keys-exceed": "Dans {file}, lora_parameters.keys mentionne {path}, dont les poids ne contiennent aucun tenseur.",
  "adapter/keys-unknown": "lora_parameters.keys mentionne {found}, qui n’est pas une couche linéaire des blocs de ce modèle {family}.",
  "adapter/last-layers":
    "{file} annonce des adaptateurs dans {wanted, plural, one {la dernière couche} other {les # dernières couches}} sur {layers, number} ; les poids en contiennent d’autres, à partir de la couche {first}.",

  // What a key has to be: "attendu : {expected}."
  "adapter/positive": "un nombre entier supérieur à 0",
  "adapter/whole": "un nombre entier",
  "adapter/of-this-base": "{value, number}, comme dans ce modèle de base",
  "adapter/number": "un nombre",
  "adapter/object": "un objet",
  "adapter/name": "un nom",
  "adapter/list-of-names": "une liste de noms",
  "adapter/names-or-pattern": "une liste de noms ou une expression régulière",
  "adapter/layer-numbers": "des numéros de couches",

  // What of a regular expression cannot be read: "une expression régulière avec {construct}"
  "adapter/possessive": "le quantificateur possessif {quantifier}",
  "adapter/open-bracket": "le crochet non fermé {found}",
});

export const errors = translation<typeof en.errors>()({
  "adapter/invalid": { message: "{what}", hint: "Vérifiez que l’adaptateur a été fait pour ce modèle de base." },
  "adapter/invalid#json": {
    message: "{file} n’est pas du JSON valide.",
    hint: "Prenez le fichier tel que son auteur l’a publié.",
  },
  "adapter/invalid#pattern": {
    message: "{key} contient {pattern}, qui n’est pas une expression régulière valide.",
    hint: "Prenez {file} tel que PEFT l’a écrit.",
  },
  "adapter/not-finite": {
    message: "{tensor} dans {file} contient {value} : avec cette valeur, aucune réponse ne serait un nombre.",
    hint: "L’entraînement de cet adaptateur a divergé, ou le fichier est endommagé. Prenez un de ses points de contrôle antérieurs, ou copiez de nouveau le fichier.",
  },
  "adapter/file-missing": {
    message: "Dans le dossier de l’adaptateur, il manque {file}.",
    hint: "Un adaptateur comprend {config} et {peft} (PEFT) ou {mlx} (mlx-lm).",
  },
  "adapter/unsupported#format": {
    message: "Les poids de l’adaptateur sont dans {found}, un format qui n’est pas lu ici : l’ouvrir peut exécuter du code.",
    hint: "Enregistrez-les au format safetensors : chargez l’adaptateur en Python, puis save_pretrained(…, safe_serialization=True) écrit {file}.",
  },
  "adapter/unsupported#newer": {
    message:
      "{file} est de la version {version, number} des adaptateurs propres à Atelier ; cette application lit jusqu’à la version {known, number}.",
    hint: "Ouvrez-le dans l’application plus récente qui l’a écrit, ou mettez celle-ci à jour.",
  },
  "adapter/unsupported#peft": {
    message: "{file} indique {key} = {found}, qu’Atelier ne prend pas en charge.",
    hint: "Utilisez un adaptateur d’un modèle de langue causal dont Atelier lit les réglages : voir docs/methods.md.",
  },
  "adapter/unsupported#mlx": {
    message: "{file} de mlx-lm indique {key} = {found}, qu’Atelier ne prend pas en charge.",
    hint: "Utilisez un adaptateur LoRA ordinaire.",
  },
  "adapter/unsupported#alpha": {
    message:
      "{file} indique lora_parameters.alpha = {alpha} à côté de scale = {scale} : les versions de mlx-lm antérieures à 0.18 multiplient par scale · alpha / rank, la version 0.18 par scale seul, et le fichier ne dit pas laquelle l’a écrit.",
    hint: "Retirez alpha de lora_parameters et donnez à scale la valeur par laquelle cette version multipliait.",
  },
  "adapter/unsupported#pattern": {
    message: "{key} contient {pattern}, une expression régulière avec {construct}, ce qu’Atelier ne peut pas lire.",
    hint: "Écrivez les noms des modules sous forme de liste dans target_modules du fichier {file}.",
  },
});
