// Translation of words/en/ui-methods.ts.
import type * as en from "../en/ui-methods.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "methods/recommended": "Recommandé",
  "methods/others": "Autres méthodes",
  "methods/other-chosen": "Autres méthodes ; choix actuel : {method}",
  "methods/about":
    "La mémoire vaut pour ce modèle, ces réglages et cet appareil. Le temps est celui d’une étape, prévu d’après ses produits de matrices ; il varie d’un appareil à l’autre.",

  "method-group/reparametrised": "Reparamétrage",
  "method-group/reparametrised-help": "Un changement des poids, écrit avec peu de nombres.",
  "method-group/additive": "Ajout",
  "method-group/additive-help": "Quelque chose de nouveau à côté des poids, qui restent tels quels.",
  "method-group/selective": "Sélection",
  "method-group/selective-help": "Une partie des poids du modèle lui-même.",
  "method-group/whole": "Modèle entier",
  "method-group/whole-help": "Tous les poids.",

  "methods/counting": "Calcul de la mémoire…",
  "methods/memory": "environ {bytes, number, bytes}",
  "methods/fits": "tient en mémoire",
  "methods/too-large": "ne tient pas en mémoire",
  "methods/little-time": "moins d’un dixième du temps de {than}",
  "methods/same-time": "à peu près le temps de {than}",
  "methods/time": "environ {factor, number, ::.0} × le temps de {than}",
  "methods/begins-slowly":
    "Avant la première étape, elle décompose chaque matrice : quelques secondes pour un petit modèle, des minutes pour un grand.",

  "methods/wants-setting": "Une fois choisie, elle demande un réglage. {why}",
  "methods/needs-float32": "En float32 : {takes}",
  "methods/load-float32": "Recharger en float32",
  "methods/load-float32-with": "Recharger en float32, avec : {what}",
  "methods/choose-with": "La choisir avec : {what}",
  "methods/choose-instead": "Choisir plutôt {method}",
});

export const errors = translation<typeof en.errors>()({});
