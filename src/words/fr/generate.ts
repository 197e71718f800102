// Translation of words/en/generate.ts.
import type * as en from "../en/generate.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "generate/attention-apart":
    "calculé sans le noyau d’attention de ce GPU, donc plus lentement : essayé à côté de simples produits, il a donné des nombres faux",
  "generate/layer-by-layer":
    "calculé couche par couche, donc plus lentement : trop grand pour être décompressé pour le chat sur le processeur",
  "generate/rounded":
    "calculé avec les poids arrondis à 8 bits, une échelle par ligne, et ce qu’ils multiplient à 16 bits : en nombres de 32 bits ils seraient trop grands ici",
});

const changeSampling = "Modifiez les réglages d’échantillonnage.";

export const errors = translation<typeof en.errors>()({
  "generate/busy": { message: "Une réponse est déjà en cours d’écriture.", hint: "Arrêtez-la ou attendez sa fin." },
  "generate/context-full": {
    message:
      "L’invite et la réponse demandent {tokens, plural, one {# jeton} other {# jetons}}{added, plural, =0 {} one { et # jeton virtuel placé avant} other { et # jetons virtuels placés avant}} ; la fenêtre de contexte de ce modèle n’en contient que {context, number}.",
    hint: "Raccourcissez l’invite ou demandez moins de jetons.",
  },
  "generate/empty-prompt": {
    message: "L’invite ne contient aucun jeton ; il n’y a donc rien à continuer.",
    hint: "Écrivez d’abord quelque chose.",
  },
  "generate/bad-sampling#length": {
    message: "La longueur de la réponse vaut {value} ; attendu : 1 jeton ou plus.",
    hint: changeSampling,
  },
  "generate/bad-sampling#temperature": { message: "La température vaut {value} ; attendu : 0 ou plus.", hint: changeSampling },
  "generate/bad-sampling#top-p": { message: "Top-p vaut {value} ; attendu : plus de 0 et au plus 1.", hint: changeSampling },
  "generate/bad-sampling#top-k": { message: "Top-k vaut {value} ; attendu : 0 ou plus.", hint: changeSampling },
});
