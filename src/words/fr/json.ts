// Translation of words/en/json.ts.
import type * as en from "../en/json.ts";
import { translation } from "../translation.ts";

const hint = "Écrivez chaque objet comme le font json.dumps ou JSON.stringify.";

export const messages = translation<typeof en.messages>()({
  "json/at-column": "colonne {column} : {why}",
  "json/not-complete": "il est incomplet",
  "json/more-after": "il y a autre chose après la valeur",
  "json/after-value": "quelque chose suit la valeur",
  "json/colon-missing": "il manque un deux-points",
  "json/comma-missing": "il manque une virgule, ou bien un crochet ou une accolade de fermeture",
  "json/comma-too-many": "il y a une virgule de trop",
  "json/key-missing": "il manque une clé entre guillemets doubles",
  "json/value-missing": "il manque une valeur, ou il y a une virgule de trop",
  "json/no-value": "ce n’est pas une valeur JSON",
  "json/too-deep": "l’imbrication dépasse {levels, plural, one {# niveau} other {# niveaux}}",
  "json/single-quotes": "JSON demande des guillemets doubles ; ceux-ci sont simples, comme Python les affiche",
  "json/unknown-word": "JSON ne connaît pas {word}",
  "json/tab": "une tabulation doit être écrite comme une séquence d’échappement",
  "json/control-character": "un caractère de contrôle doit être écrit comme une séquence d’échappement",
  "json/unknown-escape": "cette séquence d’échappement est inconnue",
  "json/not-closed": "un texte n’est pas fermé",
  "json/not-closed-in-line": "un texte n’est pas fermé sur sa ligne",
});

export const errors = translation<typeof en.errors>()({
  "data/not-json": { message: "{place} : JSON non valide près de « {excerpt} » (colonne {column} : {why}).", hint },
  "data/not-json#in-line": {
    message:
      "{place} : JSON non valide près de « {excerpt} » (ligne {line}, colonne {column} : {why}).{lost, select, line { Le reste de cette ligne n’a pas pu être lu.} rest { La suite n’a pas pu être lue.} both { Le reste de cette ligne et la suite n’ont pas pu être lus.} other {}}",
    hint,
  },
  "data/not-json#not-complete": {
    message:
      "{place} : JSON non valide ; l’objet commence à la ligne {start} et n’est pas complet à la fin du fichier.{lost, select, rest { La suite n’a pas pu être lue.} other {}}",
    hint,
  },
  "data/not-json#missing": { message: "{place} : rien trouvé ; le fichier se termine à l’intérieur de son tableau.", hint },
  "data/not-json#key-twice": {
    message: "{place} : un objet contient deux fois la clé « {key} », si bien que l’une de ses valeurs serait perdue.",
    hint,
  },
});
