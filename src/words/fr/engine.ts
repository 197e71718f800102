// Translation of words/en/engine.ts.
import type * as en from "../en/engine.ts";
import { translation } from "../translation.ts";

export const messages = translation<typeof en.messages>()({
  "engine/starting": "Démarrage du moteur",
  "engine/webgpu": "WebGPU sur {adapter}",
  "engine/wasm": "WASM sur le processeur, {threads} ({why})",
  "engine/threads": "{count, plural, one {# fil d’exécution} other {# fils d’exécution}}",
  "engine/unnamed-adapter": "un périphérique sans nom",
  "engine/as-chosen": "selon votre choix",
  "engine/browser-without-webgpu": "ce navigateur n’a pas WebGPU",
  "engine/no-adapter": "WebGPU n’a trouvé aucun GPU",
  "engine/only-fallback": "le seul adaptateur WebGPU, {adapter}, calcule sur le processeur et est plus lent",
  "engine/gpu-stopped": "Le GPU s’est arrêté.",
  "engine/memory-refused": "Le GPU a refusé la mémoire demandée.",
  "engine/tensor-refused": "Le GPU a refusé un tenseur [{shape}] de {size, number} octets.",
  "engine/heap-granted":
    "Le navigateur a réservé un tas de cette taille. Réservé ne veut pas encore dire utilisé : un appareil à court de mémoire peut encore refuser plus tard.",
  "engine/heap-refused": "Le navigateur a refusé un tas de cette taille.",
  "engine/gpu-refused-more": "Le GPU a refusé d’en donner davantage.",
  "engine/gpu-granted-all": "Le GPU a tout accordé. On ne sait pas de combien il dispose encore.",
  "engine/probe-ran-out-of-time":
    "Le temps imparti s’est écoulé avant que tout soit demandé. On ne sait pas de combien le GPU dispose encore.",
});

const reportFault = "Signalez ce défaut.";
const otherEngine = "Essayez l’autre moteur. Si les deux échouent, copiez les détails et signalez-les.";

export const errors = translation<typeof en.errors>()({
  "engine/no-webgpu": {
    message: "WebGPU ne peut pas être utilisé : {reason}.",
    hint: "Choisissez WASM, ou un navigateur doté de WebGPU, tel qu’une version récente de Chrome ou d’Edge.",
  },
  "engine/no-webgpu#not-started": {
    message: "WebGPU est présent, mais n’a pas pu démarrer.",
    hint: "Choisissez WASM, ou mettez à jour le navigateur et le pilote graphique.",
  },
  "engine/no-float16": {
    message: "Les poids ne peuvent pas être conservés en f16 sur {engine} : son WebGPU n’offre pas la fonctionnalité shader-f16.",
    hint: "Choisissez int8 ou f32, ou le moteur WASM.",
  },
  "engine/compile": { message: "Le graphe « {graph} » n’a pas pu être compilé.", hint: otherEngine },
  "engine/run": { message: "Le graphe « {graph} » a échoué pendant son exécution.", hint: otherEngine },
  "engine/read": { message: "Un résultat n’a pas pu être relu.", hint: otherEngine },
  "engine/upload": { message: "Un tenseur [{shape}] de {size, number} octets n’a pas pu être placé sur le GPU.", hint: otherEngine },
  "engine/gpu-error": { message: "Le GPU a refusé une commande ; ses résultats ne sont donc pas fiables.", hint: otherEngine },
  "engine/device-lost": {
    message: "{what} Le navigateur a retiré l’accès au GPU.",
    hint: "Une fois le modèle rechargé, un entraînement peut reprendre depuis son dernier point de contrôle.",
  },
  "engine/out-of-memory": {
    message: "{what} La mémoire est épuisée.",
    hint: "Choisissez un lot plus petit, une séquence plus courte ou un modèle plus petit.",
  },
  "engine/out-of-memory#one-tensor": {
    message: "Un tenseur [{shape}] de {size, number} octets dépasse ce que ce GPU peut lier d’un seul tenant ({limit, number} octets).",
    hint: "Choisissez un lot plus petit, une séquence plus courte ou le moteur WASM.",
  },
  "engine/feed-shape": {
    message: "Un tenseur a été fourni avec une autre forme que celle du graphe ; fourni : [{found}], attendu : [{expected}].",
    hint: reportFault,
  },
  "engine/missing-feed": { message: "Le graphe « {graph} » a été exécuté sans son entrée {input}.", hint: reportFault },
  "engine/order": { message: "Un nœud a été exécuté avant son entrée.", hint: reportFault },
  "graph/duplicate-input": { message: "Deux entrées du graphe portent le nom {name}.", hint: reportFault },
  "graph/view": {
    message: "Seule une entrée du graphe ayant le même nombre d’octets peut être vue sous un autre type.",
    hint: reportFault,
  },
  "graph/no-gradient": { message: "Aucune valeur de départ ne dépend de celle dont le gradient est demandé.", hint: reportFault },
  "graph/gradient": { message: "Il manque à un nœud une entrée ou un gradient.", hint: reportFault },
  "graph/number": {
    message: "float16 n’a aucun nombre proche de {number}.",
    hint: "C’est un défaut de la définition du modèle ; signalez-le.",
  },
  "graph/shape": {
    message: "Les formes ne s’accordent pas dans {operation} : {shapes}.",
    hint: "C’est un défaut de la définition du modèle ; signalez-le.",
  },
  "graph/shape#missing": {
    message: "Il manque à une opération une entrée ou un axe.",
    hint: "C’est un défaut de la définition du modèle ; signalez-le.",
  },
});
