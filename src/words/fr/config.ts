// Translation of words/en/config.ts.
import type * as en from "../en/config.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "quantization/auto-label": "Automatique",
  "quantization/auto-help":
    "Tels que publiés si le fichier est déjà quantifié ; sinon 8 bits, ou 4 bits si la mémoire l’exige. Le choix et sa raison sont indiqués.",
  "quantization/as-published-label": "Tels que publiés",
  "quantization/as-published-help":
    "Chaque matrice telle que son fichier la contient : exactement les nombres publiés, à peu près dans la taille du fichier. Ce qu’un fichier contient en nombres simples est gardé en f32.",
  "quantization/int4-label": "int4",
  "quantization/int4-help": "4 bits avec une échelle pour 32 poids. Petit, et sensiblement moins bon qu’en 8 bits.",
  "quantization/int4-b64-label": "int4, blocs de 64",
  "quantization/int4-b64-help": "Une échelle pour 64 poids : plus petit, un peu moins précis.",
  "quantization/int4-b128-label": "int4, blocs de 128",
  "quantization/int4-b128-help": "Une échelle pour 128 poids : encore plus petit, moins précis.",
  "quantization/int4-asym-label": "int4 avec points zéro",
  "quantization/int4-asym-help": "4 bits avec une échelle et un point zéro pour 32 poids : plus fidèle là où les poids penchent d’un côté.",
  "quantization/int4-asym-b64-label": "int4 avec points zéro, blocs de 64",
  "quantization/int4-asym-b64-help": "Une échelle et un point zéro pour 64 poids.",
  "quantization/int4-asym-b128-label": "int4 avec points zéro, blocs de 128",
  "quantization/int4-asym-b128-help": "Une échelle et un point zéro pour 128 poids.",
  "quantization/int4-fine-label": "int4 fin",
  "quantization/int4-fine-help":
    "4 bits avec une échelle et un milieu pour 16 poids : le plus fidèle que 4 bits permettent sans lire aucun texte.",
  "quantization/int4-mixed-label": "int4 et int8 mêlés",
  "quantization/int4-mixed-help":
    "4 bits avec une échelle et un milieu pour 16 poids, et 8 bits là où l’arrondi coûte le plus : mesuré avec vos propres textes ou un texte neutre. Environ 7 bits, proche de l’original.",
  "quantization/gptq-label": "GPTQ",
  "quantization/gptq-help":
    "4 bits avec une échelle et un point zéro pour 32 poids, arrondis couche par couche d’après vos propres textes pour compenser ce que l’arrondi fait perdre. Demande quelques minutes, une seule fois ; le résultat est conservé sur cet appareil.",
  "quantization/nf4-label": "NF4",
  "quantization/nf4-help":
    "NormalFloat sur 4 bits avec une échelle pour 64 poids, le format de QLoRA et de bitsandbytes. La rétropropagation est environ un dixième plus lente qu’avec int4.",
  "quantization/nf4-dq-label": "NF4, double quantification",
  "quantization/nf4-dq-help": "NF4 dont les échelles sont elles aussi quantifiées, sur 8 bits, comme le fait bitsandbytes : le plus petit.",
  "quantization/int8-label": "int8",
  "quantization/int8-help": "8 bits avec une échelle pour 32 poids (Q8_0 de GGUF) : presque exact.",
  "quantization/f16-label": "f16",
  "quantization/f16-help":
    "Demi-précision, élargie à f32 à chaque utilisation : moitié moins de mémoire, aussi rapide que f32. Sur WebGPU, il faut un GPU avec shader-f16.",
  "quantization/none-label": "f32",
  "quantization/none-help": "Les poids exactement tels que le modèle les fournit, en pleine précision.",
  "held/as-published": "Tels que publiés ({forms} ; {bits, number,::.##} bits par poids) : exactement les nombres du fichier.",
  "held/eight-bits": "8 bits : aussi bon que l’original dans tous les modèles mesurés, pour {more, number, bytes} de plus qu’en 4 bits.",
  "held/four-bits": "4 bits : en 8 bits, soit {more, number, bytes} de plus, un entraînement ne laisserait pas assez de mémoire.",
  "quantization/head-help":
    "Garde la table de plongement et la tête sous la même forme que les blocs. Nécessaire quand un grand vocabulaire ne tiendrait pas en mémoire ; coûte un peu de précision.",
  "curated/smollm2-135m":
    "Le plus petit qui converse en phrases entières. Pour un premier véritable entraînement, sur n’importe quel ordinateur.",
  "curated/smollm2-360m": "Suit mieux les consignes que son petit frère, tout en restant léger.",
  "curated/qwen2.5-0.5b": "De nombreuses langues, des réponses structurées ; performant pour sa taille.",
  "curated/qwen3-0.6b": "Réfléchit avant de répondre quand on le lui demande ; de nombreuses langues.",
  "curated/gemma-3-270m": "Fait pour être affiné en vue d’une seule tâche précise, comme trier ou extraire.",
  "curated/gemma-3-1b": "Un modèle de conversation habile, pour les cartes graphiques qui ont de la mémoire en réserve.",
  "curated/llama-3.2-1b": "Résumés et reformulations ; huit langues. Pour les cartes graphiques qui ont de la mémoire en réserve.",
  "curated/tinyllama-1.1b": "L’architecture de Llama 2 en petit ; très utilisé dans les articles de recherche.",
  "curated/pythia-70m": "Continue un texte, ne converse pas. Pour des expériences : chaque étape de son entraînement est publique.",
  "curated/pythia-160m": "Continue un texte, ne converse pas. Le grand frère du modèle 70M.",
  "curated/gpt2": "Le classique de 2019. Continue un texte en anglais, ne converse pas.",
  "curated/olmo-2-1b":
    "Un modèle de base dont les données et le code sont entièrement ouverts. Grand : pour les cartes graphiques qui ont de la mémoire en réserve.",
});

export const errors = translation<typeof en.errors>()({});
