// Translation of words/en/budget.ts.
import type * as en from "../en/budget.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "budget/batch": "taille de lot {batchSize, number} avec {accumulate, plural, one {# lot accumulé} other {# lots accumulés}}",
  "budget/sequences": "séquences de {tokens, plural, one {# jeton} other {# jetons}}",
  "budget/weights": "poids en {quantization}",
  "budget/weights-coarser": "poids en {quantization}, moins exacts",
  "budget/weights-again": "poids en {quantization}, arrondis une seconde fois",
  "budget/head": "tête quantifiée elle aussi",
  "budget/method": "{method} à la place",
  "budget/targets": "rang {rank, number} sur {targets} seulement",
});

export const errors = translation<typeof en.errors>()({});
