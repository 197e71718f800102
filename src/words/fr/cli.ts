// Translation of words/en/cli.ts.
import type * as en from "../en/cli.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "cli/loading":
    "chargement : {stage, select, engine {moteur} download {téléchargement} calibration {calibrage} weights {poids} tokenizer {tokeniseur} other {modèle}} {fraction, number, percent}",
  "cli/loaded":
    "modèle chargé : {name} ({family}, {parameters, number} paramètres, {quantization}{head, select, held {, tête comprise} other {}}) ; moteur : {engine}",
  "cli/unchecked":
    "{count, plural, one {somme de contrôle non calculée pour {files}, fichier dont} other {sommes de contrôle non calculées pour {files}, fichiers dont}} les parties ont été lues dans le désordre",
  "cli/left-out": "écarté : {what}",
  "cli/new-model": "nouveau modèle : {parameters, number} paramètres, {vocabulary, number} jetons",
  "cli/note": "remarque : {what} {hint}",
  "cli/unused": "clé non utilisée : {key}, {count, number} fois sur {lines, number}",
  "cli/valid":
    "{name} : {valid, plural, one {# {unit, select, line {ligne} object {objet} other {élément}} valide} other {# {unit, select, line {lignes} object {objets} other {éléments}} valides}} sur {lines, number} ({format})",
  "cli/check":
    "{usable, plural, one {# exemple} other {# exemples}} en {rows, plural, one {# séquence} other {# séquences}} ; jetons appris : {learned, number} sur {total, number} ; plus longue séquence : {longest, plural, one {# jeton} other {# jetons}}",
  "cli/step":
    "étape {step, number} : perte {loss, number,::.0000}, norme du gradient {norm, number,::.0000}, taux d’apprentissage {rate, number, measure}",
  "cli/skipped":
    "avant l’étape {step, number} : {count, plural, one {# étape sautée} other {# étapes sautées}}, le gradient étant infini en float16",
  "cli/validation-loss": "perte de validation après {steps, plural, one {# étape} other {# étapes}} : {loss, number,::.0000}",
  "cli/loss-not-finite": "La perte de validation après {steps, plural, one {# étape} other {# étapes}} n’est pas un nombre fini.",
  "cli/checkpoint-not-stored": "le point de contrôle de l’étape {step, number} n’a pas été enregistré : {why}",
  "cli/rounded-with": "Poids arrondis d’après {what} : d’autres textes donnent d’autres codes.",
  "cli/neutral-text": "le texte neutre",
  "cli/head-as-published": "La table de plongement et la tête sont gardées telles que publiées : --quant-head ne change rien.",
  "cli/timing": "chronométrage des phases avec {batch, number} × {length, number} jetons",
  "cli/ending": "arrêt après cette étape…",
  "cli/section-of": "{section} dans {file}",
  "cli/difference": "{name} = {stored} (et non {asked})",
  "ignored/batch": "{options} : sans effet, car avec --batch chaque étape apprend ce lot tel quel.",
  "ignored/new-model": "{options} : sans effet, car le modèle est nouveau, en float32.",
  "ignored/adapter": "{options} : sans effet, car avec --adapter les valeurs sont celles de l’adaptateur.",
  "ignored/no-validation": "{options} : sans effet, car sans --validation ni --validation-data il n’y a rien à mesurer.",
  "ignored/ids": "{options} : sans effet, car avec --ids les jetons forment toute l’invite.",
  "cli/prompt-not-json": "elle n’est pas en JSON",
  "cli/prompt-no-text": "elle n’a ni texte « prompt », ni liste « messages »",
  "cli/prompt-both": "elle a à la fois « prompt » et « messages »",
  "cli/prompt-message": "au message {at, number}, il manque un texte « content » ou l’un des rôles system, user et assistant",
  "cli/prompt-raw": "--raw continue un texte, et elle a des messages",
  "cli/answers-written": "{count, number} réponses sur {all, number}",
  "ignored/raw": "{options} : sans effet, car avec --raw l’invite constitue tout le texte.",
  "ignored/random-weights": "{options} : sans effet, car cette forme a ses propres poids aléatoires.",
  "ignored/model": "{options} : sans effet, car --model dit ce qui est chronométré.",
  "ignored/base-alone": "{options} : sans effet, car seul le modèle de base compte ici.",
  "ignored/no-model": "{options} : sans effet, car aucun modèle n’est chargé.",
  "ignored/forms": "{options} : sans effet, car --forms dit quelles formes sont mesurées.",
  "ignored/whole-batch": "{options} : sans effet, car un lot est mesuré en entier.",
  "quality/measuring": "mesure de {form} sur {tokens, plural, one {# jeton} other {# jetons}}",
  "quality/measured-with-its-own":
    "Arrondi et mesuré avec le même texte neutre, ce qui flatte le résultat. Indiquez vos propres textes avec --data ou --text pour l’arrondi.",
  "quality/measured": "{form} : perte {loss, number,::.0000}, perplexité × {ratio, number,::.000}, {size, number, bytes}",
  "quality/chatted":
    "{form}, dans le chat : perte {loss, number,::.0000}, perplexité × {ratio, number,::.0000} par rapport à la même forme",
  "quality/left-out": "{form} n’a pas été mesuré : {why}",
  "quality/ended": "Arrêt avant la fin des mesures. Il manque : {forms}.",
  "ignored/no-hub": "{options} : sans effet, car le modèle ne vient pas d’un hub.",
});

export const errors = translation<typeof en.errors>()({
  "cli/usage#verb": { message: "Il n’y a pas de verbe « {name} ».", hint: "Verbes : {verbs}." },
  "cli/usage#option": { message: "Il n’y a pas d’option {name}.", hint: "Options du verbe {verb} : {options}." },
  "cli/usage#argument": { message: "« {value} » n’appartient à aucune option.", hint: "Options du verbe {verb} : {options}." },
  "cli/usage#no-value": { message: "{name} n’a pas de valeur.", hint: "{help}" },
  "cli/usage#like-an-option": {
    message: "{name} est suivi de {value}, qui ressemble à une option.",
    hint: "Donnez sa valeur à {name} ; une valeur qui commence par un tiret s’écrit {name}={value}.",
  },
  "cli/usage#flag": { message: "{name} ne prend pas de valeur.", hint: "Retirez « {value} »." },
  "cli/usage#language": { message: "Atelier ne parle pas « {language} ».", hint: "Langues connues : {known}." },
  "cli/usage#missing": { message: "Il manque {name}.", hint: "{help}" },
  "cli/usage#number": { message: "{name} : « {value} ». Valeur attendue : un nombre.", hint: "{help}" },
  "cli/usage#whole-number": { message: "{name} : « {value} ». Valeur attendue : un nombre entier.", hint: "{help}" },
  "cli/usage#ids": {
    message: "--ids : « {value} ». Valeur attendue : des nombres entiers séparés par des virgules.",
    hint: "{help}",
  },
  "cli/usage#form": { message: "Il n’y a pas de forme des poids nommée « {name} ».", hint: "Formes : {forms}." },
  "cli/usage#several-texts": {
    message: "Ces options s’excluent : {options}. Un seul texte est mesuré, dans chaque forme.",
    hint: "Donnez-en une seule.",
  },
  "cli/usage#gpu-on-wasm": {
    message: "--require-gpu et --ep wasm s’excluent : WASM calcule sur le processeur.",
    hint: "Retirez l’une des deux options.",
  },
  "cli/usage#no-gradient": {
    message: "--grads est sans objet : du modèle de base seul, rien n’est entraîné.",
    hint: "Nommez un adaptateur avec --adapter, ou une méthode avec --method pour les gradients à son début.",
  },
  "cli/usage#other-kind": {
    message: "{options} : inutilisable avec {choice}.",
    hint: "Laissez {count, plural, one {cette option} other {ces options}} de côté, ou choisissez {having, plural, =0 {autre chose} other {parmi : {kinds}}}.",
  },
  "cli/usage#token-env": {
    message: "--token-env désigne la variable {name}, qui n’est pas définie.",
    hint: "Donnez-lui pour valeur le jeton d’accès au hub, ou retirez l’option.",
  },
  "cli/usage#prompt-or-ids": {
    message: "chat prend une seule des options --prompt, --prompts et --ids.",
    hint: "Donnez l’une d’elles.",
  },
  "cli/usage#prompt-line": {
    message: "La ligne {line, number} de {path} n’est pas une invite : {what}.",
    hint: "Chaque ligne est un objet JSON avec un texte « prompt », ou avec « messages », une liste dont les éléments ont « role » et « content ».",
  },
  "cli/usage#no-prompts": { message: "{path} ne contient aucune invite.", hint: "Mettez-en une par ligne." },
  "cli/usage#nothing-to-train-on": {
    message: "train demande --data FICHIER.jsonl ou --batch FICHIER.json.",
    hint: "Donnez l’une des deux options, ou --resume DOSSIER.",
  },
  "cli/usage#no-data": {
    message: "Il n’y a pas de fichier de données.",
    hint: "Ajoutez --data FICHIER.jsonl ou --batch FICHIER.json.",
  },
  "cli/usage#nothing-to-resume": {
    message: "Il n’y a pas d’entraînement enregistré à reprendre.",
    hint: "Donnez à --resume le dossier qu’un train précédent a écrit avec --out.",
  },
  "cli/usage#beside-adapter": {
    message: "Sans effet avec --adapter : {options}. La méthode et ses réglages sont ceux de l’adaptateur.",
    hint: "Retirez {count, plural, one {cette option} other {ces options}}, ou retirez --adapter pour commencer à neuf.",
  },
  "cli/usage#repeated": {
    message: "{name} est donné {count, number} fois.",
    hint: "Donnez-le une fois.",
  },
  "cli/usage#beside-resume": {
    message: "Sans effet avec --resume : {options}. L’entraînement enregistré continue avec ses propres données.",
    hint: "Retirez {count, plural, one {cette option} other {ces options}}.",
  },
  "quality/nothing-to-measure": {
    message: "Aucun de ses jetons n’est à prédire.",
    hint: "Donnez un texte ou un jeu de données de plus d’un jeton.",
  },
  "quality/ended-at-once": {
    message: "Arrêt avant la mesure des poids en f32, auxquels tous les autres sont comparés.",
    hint: "Relancez la commande quand vous voudrez.",
  },
  "cli/resume-differs": {
    message: "L’entraînement enregistré a d’autres réglages : {differences}.",
    hint: "Un entraînement reprend tel qu’il a été commencé : retirez ces options, ou lancez-en un nouveau.",
  },
  "cli/no-such-file": { message: "{path} n’existe pas.", hint: "Vérifiez le chemin." },
  "cli/no-such-file#folder": {
    message: "{path} n’est pas un dossier.",
    hint: "Donnez le dossier qui contient les fichiers.",
  },
  "cli/no-such-file#is-folder": { message: "{path} est un dossier ; un fichier est attendu.", hint: "Donnez le chemin d’un fichier." },
  "cli/no-browser": {
    message: "Aucun Chromium n’a été trouvé, et aucun n’a pu être installé.",
    hint: "Installez Chromium, ou donnez son chemin dans ATELIER_CHROMIUM.",
  },
  "cli/page-failed": { message: "La page n’a pas démarré.", hint: "Lancez npm ci, puis réessayez." },
  "cli/page-failed#saying": { message: "La page n’a pas démarré : {faults}", hint: "Lancez npm ci, puis réessayez." },
  "data/batch-invalid#file": { message: "{path} n’est pas du JSON valide.", hint: "Vérifiez le fichier." },
  "engine/no-gpu": {
    message: "Il n’y a pas de GPU, et WebGPU n’est pas disponible.",
    hint: "Lancez la commande là où il y a un GPU, avec un navigateur qui peut s’en servir, ou retirez --require-gpu.",
  },
  "engine/no-gpu#because": {
    message: "Il n’y a pas de GPU : {why}.",
    hint: "Lancez la commande là où il y a un GPU, avec un navigateur qui peut s’en servir, ou retirez --require-gpu.",
  },
  "engine/no-gpu#software": {
    message: "Il n’y a pas de GPU : le seul adaptateur WebGPU, {adapter}, calcule sur le processeur.",
    hint: "Lancez la commande là où il y a un GPU, avec un navigateur qui peut s’en servir, ou retirez --require-gpu.",
  },
});
