// Translation of words/en/records.ts. Places stand before a colon, since "Ligne 3" and "Objet 3" differ in gender; and so does what
// was found, after one.
import type * as en from "../en/records.ts";
import { translation } from "../translation.ts";

const correct =
  "Corrigez {unit, select, line {cette ligne} object {cet objet} other {cet élément}} ou écartez-{unit, select, line {la} object {le} other {le}}.";

export const messages = translation<typeof en.messages>()({
  "data/place": "{unit, select, line {Ligne} object {Objet} other {Élément}} {line}",
  "data/place-in": "{file}, {unit, select, line {ligne} object {objet} other {élément}} {line}",
  "data/message": "le message {number} de « {list} »",
  "data/in-key": "dans « {key} »",
  "data/in-key-of": "dans {where}, sous « {key} »",
  "data/in-tool": "dans l’outil {number}",
  "data/in-arguments": "dans {where}, dans les arguments de « {name} »",
  "data/in-result": "dans {where}, dans un résultat",
  "data/quoted": "« {text} »",
  "data/nothing": "rien",
  "data/a-text": "le texte « {text} »",
  "data/a-number": "le nombre {value}",
  "data/a-boolean": "la valeur {value}",
  "data/a-list": "une liste",
  "data/an-array": "un tableau",
  "data/an-object": "un objet",
  "data/unnamed-function": "un objet sans nom de fonction",
  "data/no-keys": "aucune",
  "data/and-more": "{keys} et {count, plural, one {# autre} other {# autres}}",
});

export const errors = translation<typeof en.errors>()({
  "data/not-object": {
    message: "{place} : un objet est attendu ; trouvé : {found}.",
    hint: "Utilisez des objets avec des clés telles que {shapes}.",
  },
  "data/unknown-keys": { message: "{place} : format inconnu ; clés trouvées : {keys}.", hint: "Utilisez {shapes}." },
  "data/csv#ragged": {
    message:
      "{place} : {count, plural, one {# cellule} other {# cellules}}, alors que la première ligne nomme {expected, plural, one {# colonne} other {# colonnes}}.",
    hint: "Mettez entre guillemets doubles les cellules qui contiennent le séparateur ou un saut de ligne, et laissez une cellule vide là où il n’y a rien.",
  },
  "data/csv#not-closed": {
    message: "{place} : un guillemet s’ouvre à la ligne {line} et n’est pas fermé ; le reste du fichier fait partie de cette cellule.",
    hint: "Fermez-le, et doublez tout guillemet à l’intérieur d’une cellule.",
  },
  "data/csv#after-quote": {
    message: "{place} : du texte suit un guillemet fermant, à la ligne {line}.",
    hint: "Doublez tout guillemet à l’intérieur d’une cellule.",
  },
  "data/map-column": {
    message: "{place} : clé « {column} » absente, alors que la correspondance la nomme ; clés trouvées : {columns}.",
    hint: "Nommez une clé présente, ou écrivez une constante entre guillemets doubles.",
  },
  "data/half-character": {
    message: "{place} : un texte contient {escape}, la moitié d’un caractère sans son autre moitié.",
    hint: "Le texte a été coupé au milieu d’un caractère, par exemple d’un émoji : coupez-le ailleurs ou supprimez cette séquence d’échappement.",
  },
  "data/bad-field#not-text": { message: "{place} : « {key} » devrait être un texte ; trouvé : {found}.", hint: correct },
  "data/bad-field#not-text-in": {
    message: "{place} : dans {where}, « {key} » devrait être un texte ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#not-list": { message: "{place} : « {key} » devrait être une liste ; trouvé : {found}.", hint: correct },
  "data/bad-field#empty": { message: "{place} : « {key} » est vide.", hint: correct },
  "data/bad-field#no-answer": {
    message: "{place} : aucun message de l’assistant ne contient de texte ; il n’y a donc rien à apprendre.",
    hint: correct,
  },
  "data/bad-field#no-answer-in": {
    message: "{place} : « {key} » ne contient aucun message de l’assistant avec du texte.",
    hint: correct,
  },
  "data/bad-field#history": {
    message: "{place} : « history » devrait être une liste de paires [question, réponse] ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#history-entry": {
    message: "{place} : l’entrée {number} de « history » n’est pas une liste de deux textes ; attendu : [question, réponse].",
    hint: correct,
  },
  "data/bad-field#not-message": {
    message: "{place} : {where} devrait être un objet avec « role » et « content » ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#role": {
    message: "{place} : dans {where}, « {key} » devrait être l’un des rôles {roles}, ou un autre nom usuel de ceux-ci ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#no-role": {
    message: "{place} : {where} n’a pas de rôle ; attendu : {roles}, ou un autre nom usuel de ces rôles.",
    hint: correct,
  },
  "data/bad-field#learned": {
    message: "{place} : dans {where}, une réponse est apprise (1, true) ou ne l’est pas (0, false) ; trouvé pour « {key} » : {found}.",
    hint: "Donnez à « {key} » la valeur 1 ou 0, ou supprimez cette clé.",
  },
  "data/bad-field#part": {
    message: "{place} : dans {where}, chaque partie de « {key} » devrait être de la forme {shape} ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#part-text": {
    message: "{place} : dans {where}, la clé « {key} » d’une partie du contenu devrait être un texte ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#tool": {
    message: "{place} : l’outil {number} devrait être la description d’une fonction ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#call": {
    message: "{place} : dans {where}, « {key} » devrait être de la forme {shape} ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#call-name": {
    message: "{place} : dans {where}, « {key} » n’a pas de nom de fonction ; attendu : {shape}.",
    hint: correct,
  },
  "data/bad-field#arguments": {
    message: "{place} : dans {where}, les arguments de « {name} » devraient être un objet ; trouvé : {found}.",
    hint: correct,
  },
  "data/bad-field#json-text": { message: "{place} : {what}, le texte « {text} » n’est pas du JSON ({why}).", hint: correct },
  "data/bad-field#key-twice": { message: "{place} : {what}, un même objet contient deux fois la clé « {key} ».", hint: correct },
  "data/bad-field#rounded": {
    message: "{place} : {what}, un nombre est trop grand pour être conservé exactement.",
    hint: "Écrivez ce nombre sous forme de texte.",
  },
  "data/unsupported#preference": {
    message: "{place} : clé « {key} » ; les paires de préférences ne sont pas encore prises en charge.",
    hint: "Un entraînement supervisé ne demande qu’une réponse : gardez celle qui a été retenue, sous la clé « completion ».",
  },
  "data/unsupported#label": {
    message: "{place} : étiquette true ou false (KTO) ; l’entraînement sur de telles étiquettes n’est pas encore pris en charge.",
    hint: "Un entraînement supervisé ne demande que de bonnes réponses : gardez les lignes étiquetées true et supprimez l’étiquette.",
  },
  "data/unsupported#media": {
    message: "{place} : clé « {key} » ; seul du texte peut être appris.",
    hint: "Écartez ces lignes, ou supprimez la clé là où les réponses n’en dépendent pas.",
  },
  "data/unsupported#tokens": {
    message: "{place} : clé « {key} » ; les jetons d’un autre tokeniseur ne peuvent pas être utilisés.",
    hint: "Fournissez le texte dont ces jetons sont issus.",
  },
  "data/unsupported#replies": {
    message: "{place} : arbre de réponses, alors qu’un entraînement demande des conversations.",
    hint: "Écrivez sous la forme {shape} chaque chemin à apprendre, de la question à la réponse.",
  },
  "data/unsupported#part": {
    message: "{place} : dans {where}, une partie du contenu est du type {found} ; seul du texte peut être appris.",
    hint: "Écartez cette ligne, ou mettez en mots ce que montre cette partie.",
  },
});
