// Translation of words/en/train.ts.
import type * as en from "../en/train.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "train/parameters": "Ce qui s’entraîne",
  "train/fixed": "Ce que la méthode a préparé",
  "train/optimizer-state": "L’état {name} de l’optimiseur",
  "train/other-base":
    "L’adaptateur dit avoir été fait pour {base} ; le modèle en place est {loaded}. Ses tenseurs conviennent ; rien ici ne permet de savoir si les poids sont bien ceux pour lesquels il a été fait.",
});

const notTheRate =
  "Le taux d’apprentissage n’est pas en cause : les poids, ou l’adaptateur dont part l’entraînement, débordent pour ces jetons.";
const askInChat =
  "Posez une question au modèle dans « Conversation ». Si cela échoue aussi, chargez-le avec une autre quantification ou prenez-en une autre copie ; sinon, écartez l’exemple.";

export const errors = translation<typeof en.errors>()({
  "train/diverged": {
    message: "L’entraînement a divergé à l’étape {step, number} : la perte vaut {loss} et la norme du gradient {gradNorm}.",
    hint: "Baissez le taux d’apprentissage ou activez l’écrêtage du gradient, puis reprenez depuis le dernier point de contrôle ou recommencez.",
  },
  "train/float16-range": {
    message:
      "En float16, la perte de l’étape {step, number} vaut {loss} : le modèle calcule des nombres supérieurs à 65 504, limite de float16.",
    hint: "Réglez la précision sur float32. Si la perte n’y est pas un nombre non plus, le message dira d’où cela vient.",
  },
  "train/float16-range#validation": {
    message: "En float16, la perte de validation vaut {loss} : le modèle calcule des nombres supérieurs à 65 504, limite de float16.",
    hint: "Réglez la précision sur float32. Si la perte n’y est pas un nombre non plus, le message dira d’où cela vient.",
  },
  "train/float16-range#gradient": {
    message:
      "En float16, le gradient est infini, si petit que soit le facteur appliqué à la perte : des étapes ont été sautées jusqu’au plus petit.",
    hint: "Réglez la précision sur float32, ou baissez le taux d’apprentissage et reprenez depuis le dernier point de contrôle.",
  },
  "train/input-not-finite#gradient": {
    message: `Le gradient de la première étape a pour norme {gradNorm}, avec une perte de {loss}, avant tout apprentissage. ${notTheRate}`,
    hint: askInChat,
  },
  "train/input-not-finite#loss": {
    message: `La perte de la première étape vaut {loss} avant tout apprentissage. ${notTheRate}`,
    hint: askInChat,
  },
  "train/input-not-finite#batch": {
    message: `La perte de la première étape vaut {loss} avant tout apprentissage : elle vient du lot {batch, number} sur {batches, number}. ${notTheRate}`,
    hint: askInChat,
  },
  "train/input-not-finite#example": {
    message: `La perte de la première étape vaut {loss} avant tout apprentissage : elle vient de l’exemple {row, number} sur {rows, number} dans le lot {batch, number} sur {batches, number} ; cet exemple commence par les jetons {start}. ${notTheRate}`,
    hint: askInChat,
  },
  "train/input-not-finite#validation": {
    message: `La perte de validation vaut {loss} avant tout apprentissage. ${notTheRate}`,
    hint: askInChat,
  },
  "run/start-cancelled": {
    message: "Le démarrage de l’entraînement a été annulé.",
    hint: "Cliquez de nouveau sur « Entraîner » quand vous le souhaitez.",
  },
  "run/other-model": {
    message: "L’entraînement « {run} » a été effectué sur {trained}, et d’autres poids sont chargés à présent.",
    hint: "Chargez d’abord {trained} ; un modèle entraîné à partir de zéro se charge par un bouton de son entraînement, à l’étape Entraînement.",
  },
  "run/other-quantization": {
    message: "L’entraînement « {run} » a été effectué sur des poids conservés en {trained} ; ils sont chargés en {loaded}.",
    hint: "Chargez le modèle en {trained}, puis reprenez l’entraînement.",
  },
  "run/other-quantization#codes": {
    message:
      "L’entraînement « {run} » a été effectué sur des poids arrondis d’après des textes ({quantization}) ; ceux qui sont chargés l’ont été d’après d’autres textes.",
    hint: "Chargez la copie de cet appareil sur laquelle il a été effectué, ou arrondissez de nouveau avec les mêmes données, puis reprenez. L’adaptateur fonctionne dans tous les cas, un peu moins exactement.",
  },
  "run/other-tokenizer": {
    message:
      "Les exemples du jeu de données {data} ont été préparés avec un autre tokeniseur ou un autre gabarit de conversation que ceux du modèle {model} tel qu’il est chargé à présent.",
    hint: "Cliquez sur « Entraîner » pour les préparer à nouveau. Pour continuer un entraînement enregistré, chargez le modèle avec les fichiers du tokeniseur employés à son lancement.",
  },
  "data/nothing-to-learn#empty-mask": {
    message: "Aucun jeton de ces données ne serait appris : leur masque de perte est vide.",
    hint: "Donnez à chaque exemple un message de l’assistant avec du texte.",
  },
  "data/too-long#batch": {
    message:
      "Le lot compte {tokens, plural, one {# jeton} other {# jetons}} par séquence{added, plural, =0 {} one { et # jeton virtuel placé avant} other { et # jetons virtuels placés avant}} ; la fenêtre de contexte de ce modèle n’en contient que {context, number}.",
    hint: "Réduisez la longueur de séquence ou raccourcissez l’exemple.",
  },
  "data/too-long#line": {
    message:
      "La ligne {line} compte {tokens, plural, one {# jeton} other {# jetons}}{added, plural, =0 {} one { et # jeton virtuel placé avant} other { et # jetons virtuels placés avant}} ; la fenêtre de contexte de ce modèle n’en contient que {context, number}.",
    hint: "Réduisez la longueur de séquence{added, plural, =0 {} other {, prenez moins de jetons virtuels}} ou raccourcissez l’exemple.",
  },
  "checkpoint/invalid#other-shape": {
    message: "Le point de contrôle de cet entraînement ne correspond pas à sa propre configuration.",
    hint: "Il est endommagé. Importez-le de nouveau ou lancez un nouvel entraînement.",
  },
  "checkpoint/not-finite": {
    message: "{what} (groupe {group}), dans le point de contrôle de cet entraînement, contient {found}.",
    hint: "Il est endommagé. Importez-le de nouveau depuis son origine, ou lancez un nouvel entraînement.",
  },
});
