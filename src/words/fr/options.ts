// Translation of words/en/options.ts.
import type * as en from "../en/options.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "help/usage": "npm run -s headless -- <verbe> [options]",
  "help/about":
    "Fait tourner le moteur d’Atelier dans un Chromium sans fenêtre, sans la page. Écrit un objet JSON sur stdout et l’avancement sur stderr.",
  "help/failure": "En cas d’échec, écrit {json} et se termine avec le code 1 (2 si la commande elle-même est incorrecte).",
  "help/fallback": 'Une réponse calculée par un adaptateur WebGPU qui n’est pas un GPU porte en outre "fallback": true.',
  "help/common": "Options de tous les verbes :",
  "help/verbs": "Verbes :",
  "help/prints": "Écrit {json}",
  "value/model": "DOSSIER|FICHIER.gguf|propriétaire/nom[@révision]|URL",
  "value/folder": "DOSSIER",
  "value/name": "NOM",
  "value/text": "TEXTE",
  "value/batch": "FICHIER.json",
  "value/plain-text": "FICHIER.txt",
  "value/data": "FICHIER.jsonl",
  "value/gradients": "SORTIE.safetensors",
  "value/shape": "smollm2-135m|DOSSIER",
  "value/config": "FICHIER.yaml",
  "option/with-default": "{help} Par défaut : {value}.",
  "option/model":
    "Un dossier avec config.json, model.safetensors, tokenizer.json et tokenizer_config.json ; un fichier GGUF ; un modèle du hub ; ou l’adresse d’un tel dossier. Un dossier qui existe passe avant le hub. Par défaut : le modèle intégré.",
  "option/endpoint": "Le hub d’où viennent les modèles.",
  "option/token-env": "Variable d’environnement qui contient le jeton d’accès au hub, pour les modèles à accès restreint.",
  "option/adapter":
    "Dossier de l’adaptateur : adapter_config.json avec adapter_model.safetensors (PEFT) ou adapters.safetensors (mlx-lm). Ce qu’il y a à en dire est écrit sur stderr et dans notes.",
  "option/ep": "Moteur d’exécution. Par défaut : celui que la page choisirait. Un moteur nommé n’est jamais remplacé par un autre.",
  "option/require-gpu":
    'Calcule sur un vrai GPU ou échoue, avant tout chargement. Sans cette option, une réponse d’un adaptateur WebGPU qui calcule sur le processeur porte "fallback": true ; aucune autre n’a cette clé.',
  "option/quant": "Forme sous laquelle le modèle de base est gardé, avec le nombre de bits par poids : {forms}.",
  "option/quant-form": "{name} ({bits, number,::.##})",
  "option/seed": "Graine de tout ce qui est aléatoire.",
  "option/lang": "Langue de tout ce qui est dit. Par défaut : celle du système, d’après LC_ALL, LC_MESSAGES et LANG.",
  "option/ids": "Identifiants de jetons.",
  "option/batch": "Un lot : input_ids, attention_mask, labels (non décalés, -100 là où rien n’est appris).",
  "option/grads": "Écrit les gradients sous les noms que PEFT donne aux paramètres : ceux de --adapter, ou ceux du début de --method.",
  "value/map": "question=COLONNE,answer=COLONNE",
  "option/map":
    "Ce que sont des colonnes de forme inconnue : question et answer, avec ou sans system ; ou text. Une valeur est une colonne, un modèle de texte qui nomme des colonnes entre accolades, ou une constante entre guillemets doubles.",
  "option/data":
    "Conversations ou documents : JSON Lines, JSON, CSV ou TSV, texte, Markdown, ou un ZIP de ceux-ci, reconnus à leur contenu. Plusieurs fichiers, comme --data A --data B, forment un seul jeu de données.",
  "option/turns":
    "Ce qui est appris d’une conversation : all (chaque réponse de l’assistant), last (seulement la dernière réponse de chaque conversation ; ce qui précède sert de contexte), everything (chaque jeton : aussi les questions, les messages système et ce que le gabarit écrit).",
  "option/method": "Ce qui est entraîné : les nombres ajoutés au modèle ou libérés en lui.",
  "option/optimizer": "Comment les paramètres suivent des gradients.",
  "option/config":
    "Réglages de l’entraînement par sections, comme dans le config.yaml du dossier de --out ; les options l’emportent sur le fichier.",
  "option/depends": "{value} ; d’autres avec d’autres choix",
  "option/only-with": "{help} Seulement avec {with}.",
  "option/show": "Montre les N premiers exemples utilisables tels qu’ils sont appris.",
  "option/seq": "Longueur maximale d’un exemple, en jetons ; pour bench, le nombre de jetons d’une séquence.",
  "option/targets": "Modules qui reçoivent un adaptateur. Le modèle détermine lesquels existent.",
  "option/validation": "Part des exemples mise de côté pour mesurer la perte de validation.",
  "option/stop-after": "S’arrête après N étapes de l’entraînement prévu ; --resume le continue à partir de là.",
  "option/resume":
    "Continue l’entraînement qu’un train précédent a enregistré dans DOSSIER, tel qu’il a été commencé. Les options que fixe l’entraînement enregistré sont alors refusées.",
  "option/out": "Reçoit adapter_config.json, adapter_model.safetensors, README.md, history.jsonl, config.yaml et state.safetensors.",
  "option/check-published":
    "À la fin, réinterroge le modèle sur 50 des exemples appris au plus, avec les poids de l’entraînement et avec les poids publiés. Un exemple est juste si chacun de ses jetons appris est le plus probable. null : résultat inconnu, notes dit pourquoi.",
  "option/prompt": "Ce que dit l’utilisateur.",
  "option/prompts":
    "Plusieurs invites, traitées d’un coup : chaque ligne est un objet avec « prompt », ou avec « messages » aux rôles system, user et assistant. --system va avec celles de la première sorte.",
  "option/system": "Un message système placé avant l’invite.",
  "option/raw": "Continue l’invite comme un texte brut, sans le gabarit de conversation.",
  "option/max-tokens": "Nombre maximal de jetons à générer.",
  "option/temperature": "À 0, le jeton le plus probable est toujours choisi.",
  "option/top-p": "Garde les jetons les plus probables dont les probabilités atteignent ensemble cette valeur. Par défaut : 1, désactivé.",
  "option/top-k": "Garde ce nombre de jetons. Par défaut : 0, désactivé.",
  "option/forms": "Formes à mesurer, sous leur nom dans --quant. f32 (none) est toujours mesuré : les autres lui sont comparées.",
  "option/all-forms": "toutes",
  "option/as-chatted":
    "Mesure chaque forme une fois de plus par les programmes qui répondent, lesquels peuvent, sur WASM, tenir un grand modèle en 8 bits. chat la compare à la même forme, et non à f32.",
  "option/text": "Texte brut en UTF-8 qui sert de mesure. Par défaut : un texte neutre fourni avec l’application.",
  "option/tokens": "Nombre de jetons à prédire, depuis le début.",
  "option/shape":
    "Ce qui est chronométré : cette forme avec des poids aléatoires, ou un dossier de modèle. Par défaut : le modèle intégré.",
  "verb/engines": "Ce qu’offre ce navigateur.",
  "verb/logits": "Les logits après le dernier identifiant.",
  "verb/loss": "La perte moyenne d’un lot, et les gradients : ceux d’un adaptateur, ou d’une méthode à son début.",
  "verb/train":
    "Entraîne un adaptateur. Avec --batch, chaque étape utilise ce lot ; avec --adapter, l’entraînement part de cet adaptateur. finalLoss est mesurée après la dernière étape, sur tout ce qui a servi à l’entraînement. losses, lrs et gradNorms sont celles des étapes de cet appel ; steps les compte toutes. Ctrl-C termine après l’étape en cours et garde ce qui a été fait.",
  "verb/data":
    "Ce qu’un entraînement apprendrait d’un fichier avec le tokeniseur et le gabarit de conversation de ce modèle ; aucun poids n’est lu. issues : les exemples écartés et, une fois par fichier, ce que le gabarit fait des autres.",
  "verb/chat": "Répond à une invite, ou continue une suite d’identifiants.",
  "verb/bench": "Chronomètre les phases d’une étape d’entraînement, comparées au MatMul du moteur lui-même au cours du même appel.",
  "verb/quantize":
    "Arrondit les poids d’après les textes de --data ou --text (GPTQ, sauf si --quant nomme une autre forme) et mesure ce que cela coûte.",
  "verb/quality":
    "Ce que coûte chaque forme des poids : la perte moyenne (en nats par jeton) du même texte dans chacune, et le rapport de sa perplexité à celle de f32. --text est coupé en fenêtres d’au plus 512 jetons ; de --data est prédit ce qui serait appris, de --batch ce qui a une étiquette. bytes : ce que les poids occupent sur le moteur. Ctrl-C arrête et garde ce qui a été mesuré.",
  "verb/info":
    "Ce qu’est un modèle et ce que son entraînement demanderait, d’après config.json et l’en-tête des poids ; rien n’est chargé.",
});

export const errors = translation<typeof en.errors>()({});
