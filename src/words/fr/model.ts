// Translation of words/en/model.ts.
import type * as en from "../en/model.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "model/a-string": "une chaîne de caractères",
  "model/a-number": "un nombre",
  "model/a-number-above-zero": "un nombre supérieur à 0",
  "model/numbers-above-zero": "une liste de {count, plural, one {# nombre supérieur à 0} other {# nombres supérieurs à 0}}",
  "model/a-positive-whole-number": "un nombre entier supérieur à 0",
  "model/true-or-false": "true ou false",
  "model/an-entry-per-layer":
    "une liste avec {layers, plural, one {une entrée pour l’unique couche} other {une entrée pour chacune des # couches}}",
  "model/nothing": "rien",
  "model/nameless-method": "une méthode sans nom",
  "model/method-of-width": "{method}, {bits, plural, one {# bit} other {# bits}}",
  "model/head-too": "{quantization}, tête comprise",
  "model/the-loss": "La perte",
  "model/the-training-loss": "La perte sur les données d’entraînement",
  "model/the-gradient-norm": "La norme du gradient",
});

const asPublished = "Prenez le fichier config.json tel que l’auteur du modèle l’a publié.";
const sameModel = "Vérifiez que config.json et les poids appartiennent au même modèle.";

export const errors = translation<typeof en.errors>()({
  "model/not-loaded": { message: "Aucun modèle n’est encore chargé.", hint: "Chargez d’abord un modèle." },
  "model/unknown-architecture#model-type": {
    message: "config.json indique model_type « {type} », qu’Atelier ne connaît pas.",
    hint: "Valeurs connues : {known}.",
  },
  "model/config-invalid#no-object": { message: "config.json n’est pas un objet JSON.", hint: asPublished },
  "model/config-invalid#no-object-at": { message: "Dans config.json, {key} n’est pas un objet JSON.", hint: asPublished },
  "model/config-invalid#missing": { message: "{key} manque dans config.json ; attendu : {expected}.", hint: asPublished },
  "model/config-invalid#wrong": { message: "{key} vaut {found} dans config.json ; attendu : {expected}.", hint: asPublished },
  "model/config-invalid#two-ropes": {
    message: "config.json dit une chose dans rope_parameters et une autre dans rope_scaling.",
    hint: asPublished,
  },
  "model/config-invalid#two-rope-types": {
    message: "config.json indique au même endroit rope_type {type} et type {other}.",
    hint: asPublished,
  },
  "model/config-invalid#rotation": {
    message:
      "D’après config.json, le nombre de dimensions d’une tête qui tournent avec la position est de {dims, number} sur {all, number} ; il doit être pair.",
    hint: asPublished,
  },
  "model/config-invalid#heads": {
    message:
      "config.json donne {heads, number} à num_attention_heads et {kvHeads, number} à num_key_value_heads ; le premier nombre doit être un multiple du second.",
    hint: asPublished,
  },
  "model/unsupported-feature#setting": {
    message: "config.json indique {key} = {value}, ce qu’Atelier ne prend pas en charge.",
    hint: "Choisissez un modèle sans ce réglage.",
  },
  "model/unsupported-feature#option": {
    message: "config.json indique {key} = {value}, ce qu’Atelier ne prend pas en charge.",
    hint: "Valeurs prises en charge : {supported}.",
  },
  "model/needs-calibration": {
    message: "{quantization} arrondit les poids d’après des textes, et aucun n’a été donné.",
    hint: "Choisissez-le dans la page une fois ce modèle chargé, ou lancez `quantize --quant {quantization} --data FICHIER`.",
  },
  "model/not-published": {
    message: "Le tenseur {tensor} doit être gardé tel qu’il a été publié, et son fichier ne l’a pas sous une forme qui s’y prête.",
    hint: "Chargez le modèle avec une autre forme des poids, par exemple int8.",
  },
  "model/unsupported-feature#quantized": {
    message: "Ces poids sont déjà quantifiés, d’après {key} ({method}) : Atelier ne lit pas cette forme.",
    hint: "Chargez son modèle de base non quantifié. Il est quantifié pendant le chargement : nf4 est la forme de bitsandbytes.",
  },
  "model/unsupported-feature#quantized-from": {
    message: "Ces poids sont déjà quantifiés, d’après {key} ({method}) : Atelier ne lit pas cette forme.",
    hint: "Chargez son modèle de base non quantifié, {base}. Il est quantifié pendant le chargement : nf4 est la forme de bitsandbytes.",
  },
  "model/tensor-missing#asked": { message: "Les poids n’ont pas de tenseur {tensor}.", hint: sameModel },
  "model/tensor-shape": {
    message: "Le tenseur {tensor} a la forme [{found}] ; config.json demande [{expected}].",
    hint: sameModel,
  },
  "model/tensor-unknown#unused": {
    message: "Les poids contiennent un tenseur {tensor} que cette architecture n’utilise pas.",
    hint: "Le modèle a une partie qu’Atelier laisserait de côté ; ses réponses seraient fausses.",
  },
  "model/reader": {
    message: "Nombres reçus pour {tensor} : {found, number} ; demandés : {expected, number}.",
    hint: "Signalez ce défaut.",
  },
  "model/not-finite#tensor": {
    message: "Les poids contiennent {found} dans le tenseur {tensor}.",
    hint: "Le fichier est endommagé, ou vient d’un entraînement qui a divergé. Téléchargez-le de nouveau, ou choisissez une autre copie du modèle.",
  },
  "model/not-holdable": {
    message: "Le tenseur {tensor} contient des nombres trop grands pour être conservés en {quantization}.",
    hint: "Chargez le modèle avec une autre quantification, par exemple none.",
  },
  "model/gptq-hessian": {
    message: "GPTQ ne peut pas utiliser ce qui a été mesuré des entrées : la colonne {column, number} n’a plus de carré positif et fini.",
    hint: "Prenez un autre texte pour le calibrage, ou chargez le modèle avec une autre quantification, par exemple int4-fine ou int8.",
  },
  "model/float16-range": {
    message: "Un poids vaut {value, number} ; float16 s’arrête à {largest, number}.",
    hint: "Chargez le modèle avec une autre quantification, par exemple int8 ou none.",
  },
  "model/float16-range#bfloat16": {
    message:
      "Un poids vaut {value, number} ; les poids en bfloat16, conservés en float16 multiplié par 2⁻¹², ne peuvent dépasser {largest, number}.",
    hint: "Chargez le modèle avec une autre quantification, par exemple int8 ou none.",
  },
  "model/float16-range#tensor": { message: "{what} Il se trouve dans le tenseur {tensor}.", hint: "{hint}" },
  "model/file-missing#no-tokenizer": {
    message: "Ce modèle a été chargé sans tokeniseur ; il ne peut donc pas lire de texte.",
    hint: "Ajoutez tokenizer.json et tokenizer_config.json à son dossier, ou donnez des identifiants de jetons.",
  },
  "model/logits-not-finite": {
    message:
      "Parmi les {all, number} logits, {count, plural, one {# n’est pas fini} other {# ne sont pas finis}} ; celui du jeton {token} vaut {found}.",
    hint: "Les poids, bien que finis, débordent pour ces jetons. Chargez le modèle avec une autre quantification, ou prenez-en une autre copie.",
  },
  "model/logits-not-finite#adapter": {
    message:
      "Parmi les {all, number} logits, {count, plural, one {# n’est pas fini} other {# ne sont pas finis}} ; celui du jeton {token} vaut {found}.",
    hint: "Essayez le modèle de base sans l’adaptateur. S’il répond, les nombres de l’adaptateur sont trop grands : prenez-en un point de contrôle antérieur.",
  },
  "model/loss-not-finite": {
    message: "{what} vaut {found}.",
    hint: "Les poids ou l’adaptateur débordent pour ces jetons. Essayez le modèle de base sans l’adaptateur, ou d’autres exemples.",
  },
  "tokens/out-of-vocabulary": {
    message: "L’identifiant de jeton {id} est hors du vocabulaire du modèle, qui compte {size, plural, one {# jeton} other {# jetons}}.",
    hint: "Utilisez le tokeniseur qui appartient à ce modèle.",
  },
  "tokens/past-context": {
    message: "Un jeton se trouve à la position {position, number} ; ce modèle a appris les positions jusqu’à {last, number}.",
    hint: "Donnez au plus {most, plural, one {# jeton} other {# jetons}}.",
  },
  "config/invalid#layers": {
    message:
      "Couches : {found} ; ce modèle a {layers, plural, one {# couche, de numéro 0} other {# couches, numérotées de 0 à {last, number}}}.",
    hint: "Indiquez première:dernière, toutes deux comprises, ou last:K.",
  },
  "config/invalid#blocks": {
    message: "{module} reçoit {width} valeurs, qui ne se partagent pas en blocs de {size}.",
    hint: "Choisissez une autre taille de bloc, ou d’autres modules cibles.",
  },
  "config/invalid#in-file": { message: "{file}, avec les options données : {what}", hint: "{hint}" },
  "config/invalid#factor-zero": {
    message: "Rien ne se divise par un facteur de 0.",
    hint: "Choisissez 1 ou plus, ou −1 pour des facteurs aussi égaux que possible.",
  },
  "config/invalid#factors": {
    message: "{module} reçoit {width} valeurs, que {factors} facteurs papillon à blocs de {size} ne peuvent pas mélanger.",
    hint: "Choisissez moins de facteurs, ou une taille de bloc paire dont le produit par une puissance de deux divise ce nombre.",
  },
  "config/invalid#feedforward": {
    message: "Module du réseau à propagation avant absent des modules cibles ({targets}) : {module}.",
    hint: "Ajoutez-le aux modules cibles, ou retirez-le.",
  },
  "config/invalid#no-default": {
    message: "IA³ n’a pas de modules par défaut pour la famille {family}.",
    hint: "Nommez les modules cibles et ceux du réseau à propagation avant, parmi : {names}.",
  },
  "config/invalid#target": {
    message: "Le module cible « {target} » n’existe pas dans ce modèle {family}.",
    hint: "Choisissez parmi {names}, ou {all}.",
  },
  "config/invalid#virtual-tokens": {
    message:
      "Avec {count, plural, one {# jeton virtuel} other {# jetons virtuels}}, il ne reste rien du contexte de ce modèle, qui est de {context, number}.",
    hint: "Prenez moins de jetons virtuels.",
  },
  "config/invalid#prompt-text": {
    message: "Le texte de départ « {found} » ne donne aucun jeton.",
    hint: "Donnez un autre texte, ou aucun : les jetons virtuels partent alors du hasard.",
  },
  "config/invalid#no-tokenizer": {
    message: "Ce modèle a été chargé sans tokeniseur : les jetons virtuels ne peuvent pas partir d’un texte.",
    hint: "Laissez le texte de départ vide, ou chargez le modèle avec son tokeniseur.",
  },
  "config/invalid#no-bias": {
    message: "Ce modèle {family} n’a pas de biais là où ils sont demandés : il n’y a rien à entraîner.",
    hint: "Choisissez une autre méthode, par exemple les normalisations ou LoRA.",
  },
  "config/invalid#no-tokens": {
    message: "Aucun jeton n’est nommé dont le plongement serait à entraîner.",
    hint: "Donnez des identifiants de jetons, par exemple 12, 400.",
  },
  "config/invalid#token": {
    message: "L’identifiant de jeton {id} est hors du vocabulaire du modèle.",
    hint: "Les identifiants vont de 0 à {last}.",
  },
  "config/invalid#heads": {
    message: "Une largeur de {width, number} ne se partage pas entre {heads, number} têtes.",
    hint: "Choisissez comme largeur un multiple de {step, number}, ou un autre nombre de têtes.",
  },
  "config/invalid#not-new": {
    message:
      "« À partir de zéro » entraîne un nouveau modèle de largeur {width, number}, de profondeur {depth, number}, avec {heads, plural, one {# tête} other {# têtes}} et un contexte de {context, number} ; le modèle chargé a une autre forme.",
    hint: "Lancez l’entraînement depuis le formulaire ou la commande : ils créent d’abord le modèle.",
  },
  "config/invalid#vocabulary-by-ids": {
    message: "Le vocabulaire est 0, et il n’y a pas de tokeniseur.",
    hint: "Donnez le nombre de jetons différents du lot.",
  },
  "config/invalid#float16": {
    message: "L’entraînement en float16 demande un GPU dont WebGPU offre la fonctionnalité shader-f16 ; {engine} ne l’a pas.",
    hint: "Réglez la précision sur float32, ou chargez le modèle sur un tel GPU.",
  },
  "config/invalid#quantized-base": {
    message:
      "{method} entraîne tous les poids en float32 ; ce modèle est chargé en {held}, dont les poids arrondis ne seraient que le départ.",
    hint: "Chargez le modèle avec la quantification none, ou choisissez une méthode qui laisse la plupart des poids tels quels, par exemple LoRA.",
  },
  "config/invalid#saved": {
    message: "Le nom « {found} » d’un module à entraîner en entier ne correspond à aucun de ce modèle {family}.",
    hint: "Les modules qui peuvent être entraînés en entier finissent par : {names}.",
  },
  "config/invalid#saved-target": {
    message: "Le module {module} serait à la fois entraîné en entier et doté d’un adaptateur.",
    hint: "Retirez-le de l’un des deux.",
  },
  "config/invalid#saved-tokens": {
    message: "Le plongement serait entraîné en entier, et certains de ses jetons à part.",
    hint: "Choisissez l’un des deux.",
  },
  "config/invalid#expression": {
    message: "{found} n’est pas une expression régulière.",
    hint: "Mettez entre les barres obliques une expression au sens de Python, pour le chemin entier d’un module, ou, sans barres, un nom tel que q_proj.",
  },
  "config/invalid#expression-with": {
    message: "{found} est une expression régulière contenant {construct}, ce qu’Atelier ne sait pas lire.",
    hint: "Donnez plutôt les noms des modules.",
  },
  "config/invalid#nothing-tied": {
    message: "{knob} : il n’y a rien à lier. Aucune table n’est entraînée entière, ou la tête de ce modèle est une matrice à part.",
    hint: "Retirez cette option, ou nommez la table des jetons sous {save}, par exemple embed_tokens.",
  },
  "config/invalid#idle": {
    message: "{knob} : {found} ne désigne aucun des modules cibles.",
    hint: "Retirez-le ou corrigez-le : un nom désigne les modules dont le chemin se termine par lui.",
  },
  "config/invalid#no-modules": {
    message: "Il ne reste aucun module cible.",
    hint: "Choisissez plus de couches, ou excluez moins de modules.",
  },
  "config/invalid#pissa-rank": {
    message: "Le rang {rank, number} dépasse celui de {module} : son poids est de {rows, number} sur {columns, number}.",
    hint: "Choisissez un rang plus petit, ou un rang propre à ce module.",
  },
});
