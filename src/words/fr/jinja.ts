// Translation of words/en/jinja.ts. What is not known is named, since the sentence before says that it is not known.
import type * as en from "../en/jinja.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "jinja/attribute": "l’attribut {name} d’une valeur de type {type}",
  "jinja/comparison": "une comparaison dans une comparaison, sans parenthèses",
  "jinja/counts-beyond": "des nombres entiers au-delà de 2 puissance 53",
  "jinja/escape": "la séquence d’échappement {escape} dans un texte",
  "jinja/expression": "{code}",
  "jinja/filter": "le filtre « {name} »",
  "jinja/from-place": "{name}() à partir d’une position donnée",
  "jinja/function": "la fonction {name}",
  "jinja/int-base": "int() avec une base",
  "jinja/items-of": "[ ] sur une valeur de type {type}",
  "jinja/key-type": "une clé de type {type}",
  "jinja/macro-arguments": "l’appel de la macro {name} avec plus d’arguments qu’elle n’en déclare",
  "jinja/method": "la méthode {name}",
  "jinja/negative-base": "** appliqué à un nombre négatif",
  "jinja/no-text": "l’écriture en texte d’une valeur de type {type}",
  "jinja/of-marked": "« {name} » appliqué à un texte marqué par « safe »",
  "jinja/operator": "l’opérateur {operator}",
  "jinja/percent": "% appliqué à un texte",
  "jinja/recursive-loop": "une boucle récursive",
  "jinja/sameas": "sameas appliqué à de telles valeurs",
  "jinja/sort-several": "sort() selon plusieurs attributs",
  "jinja/statement": "l’instruction {name}",
  "jinja/test": "le test « is {name} »",
  "jinja/tilde-after-plus": "~ après un + qui ne donne pas un texte",
  "jinja/unique": "unique() sur des valeurs de type {type}",

  "jinja/argument-twice": "{name}() reçoit deux fois « {argument} »",
  "jinja/endless": "son exécution ne se termine pas",
  "jinja/filter-name": "un filtre n’a pas de nom",
  "jinja/loop-exit": "{statement} fait sortir d’un bloc",
  "jinja/needs-pairs": "{name} attend des paires",
  "jinja/no-test": "aucun test ne suit « is »",
  "jinja/not-added": "une valeur de type {type} ne peut pas être additionnée",
  "jinja/not-divided": "une valeur de type {type} ne peut pas être divisée",
  "jinja/not-ordered": "des valeurs de types « {one} » et « {other} » ne peuvent pas être ordonnées",
  "jinja/not-sliced": "une valeur de type {type} ne peut pas être découpée",
  "jinja/open-block": "le gabarit se termine à l’intérieur d’un bloc",
  "jinja/open-bracket": "une parenthèse, un crochet ou une accolade n’est pas refermé",
  "jinja/open-comment": "ligne {line}, un commentaire n’est pas refermé",
  "jinja/open-raw": "ligne {line}, un bloc raw n’est pas refermé",
  "jinja/open-tag": "ligne {line}, {tag} n’est pas refermé",
  "jinja/range-arguments": "range attend de 1 à 3 arguments",
  "jinja/takes-dict": "dictsort() attend un dictionnaire",
  "jinja/takes-text": "{name}() attend un texte, et non une valeur de type {type}",
  "jinja/test-name": "le nom d’un test n’est pas un texte",
  "jinja/text-missing": "{name}() attend un texte, et n’en reçoit aucun",
  "jinja/too-many-arguments":
    "{name}() n’accepte {count, plural, =0 {aucun argument} one {pas plus de # argument} other {pas plus de # arguments}}",
  "jinja/two-separators": "tojson() attend deux séparateurs",
  "jinja/two-texts": "replace() attend deux textes",
  "jinja/undefined-call": "une valeur non définie ne peut pas être appelée",
  "jinja/undefined-member": "« {name} » ne peut pas être lu dans une valeur non définie",
  "jinja/undefined-number": "une valeur non définie n’est pas un nombre",
  "jinja/undefined-operand": "{operator} ne s’applique pas à une valeur non définie",
  "jinja/unknown-argument": "{name}() n’a pas d’argument « {argument} »",
  "jinja/values":
    "{expected, plural, one {# valeur attendue} other {# valeurs attendues}}, {got, plural, =0 {aucune trouvée} one {# trouvée} other {# trouvées}}",
  "jinja/whole-number": "un nombre entier est attendu, et non une valeur de type {type}",
});

export const errors = translation<typeof en.errors>()({
  "tokens/template": {
    message: "Le gabarit de conversation du modèle refuse cette conversation : {why}",
    hint: "Vérifiez l’ordre des rôles ; certains modèles n’acceptent pas de message système.",
  },
  "tokens/template#unknown": {
    message: "Le gabarit de conversation du modèle demande quelque chose qu’Atelier ne connaît pas : {what}.",
    hint: "Placez dans chat_template.jinja un gabarit qui s’en passe.",
  },
  "tokens/template#unreadable": {
    message: "Le gabarit de conversation du modèle ne peut pas être lu : {why}",
    hint: "Prenez le gabarit tel que l’auteur du modèle l’a publié, ou placez un gabarit complet dans chat_template.jinja.",
  },
  "tokens/template#several": {
    message: "tokenizer_config.json contient les gabarits de conversation {names}, mais aucun nommé default.",
    hint: "Nommez l’un d’eux default, ou placez celui à utiliser dans chat_template.jinja.",
  },
  "tokens/template#none": {
    message: "tokenizer_config.json contient un chat_template qui n’est ni un texte ni une liste de textes nommés.",
    hint: "Prenez tokenizer_config.json tel que l’auteur du modèle l’a publié, ou placez un gabarit dans chat_template.jinja.",
  },
  "tokens/template#answers-apart": {
    message: "Le gabarit réécrit cette conversation : les réponses qui ne doivent pas être apprises ne peuvent pas y être distinguées.",
    hint: "Choisissez d’apprendre toutes les réponses plutôt que tout.",
  },
  "tokens/template#other-prompt": {
    message:
      "Le gabarit modifie ce qui précède le message {message} une fois cette réponse donnée : le modèle serait interrogé en d’autres termes que ceux qu’il a appris.",
    hint: "Avec ce modèle, mettez une seule question et une seule réponse par ligne.",
  },
});
