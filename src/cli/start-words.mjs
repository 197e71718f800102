// The words of what runs before any package is installed: it cannot load the catalogs of src/words, so it has a small one of its
// own. Texts take {name}; the language is that of --lang, else the system's.

const spaces = { narrow: "\u202F", full: "\u00A0" };

const en = {
  "too-old": {
    message: "Node.js {version} is too old: Atelier needs {oldest} or newer.",
    hint: "Install it from https://nodejs.org, then try again.",
  },
  "broken-off": "The last installation of packages was broken off.",
  "no-packages": "There are no packages yet.",
  "package-missing": "The package {name} is missing.",
  "package-version": "The package {name} is of version {found}, not {version}.",
  "other-system": "The packages are those of another system: {name} is missing.",
  "under-way": "Another installation of the packages is under way here; waiting for its end …",
  installing: "{why} Installing npm packages …",
  "still-wrong": {
    message: "npm ci ended without an error, and yet: {why}",
    hint: "Delete the folder node_modules, then try again.",
  },
  damaged: { message: "node_modules is damaged ({why}).", hint: "Delete the folder node_modules, then try again." },
  "cannot-write": {
    message: "{path} cannot be written ({code}).",
    hint: "Copy Atelier to a folder of your own, or allow writing there; then try again.",
  },
  "this-folder": "This folder",
  unreachable: {
    message: "The npm registry cannot be reached ({code}).",
    hint: "Connect this computer to the network, or set npm’s proxy; then try again.",
  },
  certificate: {
    message: "The npm registry’s certificate is not trusted here ({code}).",
    hint: "Set npm’s cafile to that of your network, then try again.",
  },
  refused: { message: "The npm registry refuses a package ({code}).", hint: "Check which one npm asks: npm config get registry." },
  "disk-full": { message: "The disk is full ({code}).", hint: "Free some space, then try again." },
  "lock-differs": {
    message: "package-lock.json does not fit package.json.",
    hint: "Take both from the same version of Atelier, then try again.",
  },
  "other-bytes": {
    message: "A package arrived with other bytes than package-lock.json lists.",
    hint: "Run npm cache verify, then try again.",
  },
  "changed-meanwhile": {
    message: "Something else changed node_modules while the packages were being installed ({code}).",
    hint: "Let any other npm in this folder end, then try again.",
  },
  "no-npm": { message: "npm was not found.", hint: "Install Node.js with npm from https://nodejs.org, then try again." },
  "npm-not-started": { message: "npm could not be started ({code}).", hint: "Install Node.js with npm, then try again." },
  "npm-stopped": { message: "The installation was broken off ({signal}).", hint: "Try again; it begins anew." },
  "npm-failed": { message: "npm ci failed ({code}).", hint: "Delete the folder node_modules, then try again." },
  "npm-failed-saying": { message: "npm ci failed ({code}): {said}", hint: "Delete the folder node_modules, then try again." },
  "exit-code": "exit code {status}",
  "no-chromium": {
    message: "No Chromium was found and none could be installed.",
    hint: "Install Chromium or Chrome, or set ATELIER_CHROMIUM to its path.",
  },
  "from-playwright": "No Chromium found; trying Playwright’s …",
  "from-debian": "Trying Debian’s chromium package …",
  "next-port": "Port {port} is in use; taking the next one that is free.",
  building: "Building Atelier …",
  ready: "Atelier is ready. Open one of these, then drop a JSONL file on the page:",
  "no-port": {
    message: 'PORT is "{text}", which is no port.',
    hint: "Set it to a number from 1024 to 65535, as in PORT=4174 npm start.",
  },
  "port-refused": { message: "Port {port} cannot be used ({code}).", hint: "Choose another, as in PORT=4174 npm start." },
  "port-in-use": {
    message: "Port {port} is in use, perhaps by another Atelier.",
    hint: "End that one, or choose another port, as in PORT={other} npm start.",
  },
};

/** @type {typeof en} */
const fr = {
  "too-old": {
    message: "Node.js {version} est trop ancien : Atelier demande la version {oldest} ou une plus récente.",
    hint: "Installez-la depuis https://nodejs.org, puis réessayez.",
  },
  "broken-off": "La dernière installation des paquets a été interrompue.",
  "no-packages": "Il n’y a pas encore de paquets.",
  "package-missing": "Le paquet {name} manque.",
  "package-version": "Le paquet {name} est de la version {found}, et non {version}.",
  "other-system": "Les paquets sont ceux d’un autre système : {name} manque.",
  "under-way": "Une autre installation des paquets est en cours ici ; attente de sa fin …",
  installing: "{why} Installation des paquets npm …",
  "still-wrong": {
    message: "npm ci s’est terminé sans erreur, et pourtant : {why}",
    hint: "Supprimez le dossier node_modules, puis réessayez.",
  },
  damaged: { message: "node_modules est endommagé ({why}).", hint: "Supprimez le dossier node_modules, puis réessayez." },
  "cannot-write": {
    message: "{path} n’est pas accessible en écriture ({code}).",
    hint: "Copiez Atelier dans un dossier à vous, ou autorisez-y l’écriture ; puis réessayez.",
  },
  "this-folder": "Ce dossier",
  unreachable: {
    message: "Le registre npm est injoignable ({code}).",
    hint: "Connectez cet ordinateur au réseau, ou indiquez à npm son serveur mandataire ; puis réessayez.",
  },
  certificate: {
    message: "Le certificat du registre npm n’est pas reconnu ici ({code}).",
    hint: "Donnez à npm, par cafile, le certificat de votre réseau, puis réessayez.",
  },
  refused: {
    message: "Le registre npm refuse un paquet ({code}).",
    hint: "Vérifiez quel registre npm interroge : npm config get registry.",
  },
  "disk-full": { message: "Le disque est plein ({code}).", hint: "Libérez de la place, puis réessayez." },
  "lock-differs": {
    message: "package-lock.json ne correspond pas à package.json.",
    hint: "Prenez les deux dans la même version d’Atelier, puis réessayez.",
  },
  "other-bytes": {
    message: "Un paquet est arrivé avec d’autres octets que ceux qu’indique package-lock.json.",
    hint: "Lancez npm cache verify, puis réessayez.",
  },
  "changed-meanwhile": {
    message: "Autre chose a modifié node_modules pendant l’installation des paquets ({code}).",
    hint: "Laissez se terminer tout autre npm dans ce dossier, puis réessayez.",
  },
  "no-npm": { message: "npm est introuvable.", hint: "Installez Node.js avec npm depuis https://nodejs.org, puis réessayez." },
  "npm-not-started": { message: "npm n’a pas pu être lancé ({code}).", hint: "Installez Node.js avec npm, puis réessayez." },
  "npm-stopped": { message: "L’installation a été interrompue ({signal}).", hint: "Réessayez ; elle recommence depuis le début." },
  "npm-failed": { message: "npm ci a échoué ({code}).", hint: "Supprimez le dossier node_modules, puis réessayez." },
  "npm-failed-saying": { message: "npm ci a échoué ({code}) : {said}", hint: "Supprimez le dossier node_modules, puis réessayez." },
  "exit-code": "code de sortie {status}",
  "no-chromium": {
    message: "Aucun Chromium n’a été trouvé, et aucun n’a pu être installé.",
    hint: "Installez Chromium ou Chrome, ou donnez son chemin dans ATELIER_CHROMIUM.",
  },
  "from-playwright": "Aucun Chromium trouvé ; essai avec celui de Playwright …",
  "from-debian": "Essai avec le paquet chromium de Debian …",
  "next-port": "Le port {port} est occupé ; le prochain port libre sera pris.",
  building: "Construction d’Atelier …",
  ready: "Atelier est prêt. Ouvrez l’une de ces adresses, puis déposez un fichier JSONL sur la page :",
  "no-port": {
    message: "PORT vaut « {text} », qui n’est pas un port.",
    hint: "Donnez-lui un nombre de 1024 à 65535, comme dans PORT=4174 npm start.",
  },
  "port-refused": {
    message: "Le port {port} ne peut pas être utilisé ({code}).",
    hint: "Choisissez-en un autre, comme dans PORT=4174 npm start.",
  },
  "port-in-use": {
    message: "Le port {port} est occupé, peut-être par un autre Atelier.",
    hint: "Fermez celui-ci, ou choisissez un autre port, comme dans PORT={other} npm start.",
  },
};

/** @typedef {keyof typeof catalogs} Language */
/** @typedef {typeof en} Catalog */
/** @typedef {{ [Key in keyof Catalog]: Catalog[Key] extends string ? Key : never }[keyof Catalog]} LineKey */
/** @typedef {Exclude<keyof Catalog, LineKey>} FaultKey */
/** @typedef {Readonly<Record<string, string | number>>} Values */

export const catalogs = { en, fr };

/**
 * Takes --lang out of a command line, wherever it stands: it holds for a command that is wrong otherwise, too.
 * @param {readonly string[]} argv
 * @returns {{ asked: string | undefined, rest: string[] }} the last one that was asked for
 */
export function takeLanguage(argv) {
  /** @type {string | undefined} */
  let asked;
  /** @type {string[]} */
  const rest = [];
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at];
    const next = argv[at + 1];
    if (arg.startsWith("--lang=")) asked = arg.slice("--lang=".length);
    else if (arg === "--lang" && next !== undefined && !next.startsWith("-")) asked = argv[++at];
    else rest.push(arg);
  }
  return { asked, rest };
}

/**
 * The system's, by the first of its variables that is set; English where that is of no language or of one that is not spoken.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Language}
 */
export function systemLanguage({ LC_ALL, LC_MESSAGES, LANG }) {
  // "fr_CA.UTF-8" is French; "C" and "POSIX" are no language.
  const [spoken = ""] = (LC_ALL || LC_MESSAGES || LANG || "").toLowerCase().split(/[-_.@]/);
  return Object.hasOwn(catalogs, spoken) ? /** @type {Language} */ (spoken) : "en";
}

const { asked } = takeLanguage(process.argv.slice(2));
const language = systemLanguage(asked !== undefined && Object.hasOwn(catalogs, asked) ? { LANG: asked } : process.env);

/**
 * @param {LineKey} key
 * @param {Values} values
 */
export function say(key, values = {}) {
  return filled(catalogs[language][key], values, language);
}

/**
 * What is wrong, and what to do.
 * @param {FaultKey} key
 * @param {Values} values
 */
export function sayFault(key, values = {}) {
  const { message, hint } = catalogs[language][key];
  return { message: filled(message, values, language), hint: filled(hint, values, language) };
}

/**
 * @param {string} text
 * @param {Values} values
 * @param {Language} of
 */
export function filled(text, values, of) {
  return typographic(text, of).replaceAll(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** As src/language/typography.ts. @param {string} text @param {Language} of */
function typographic(text, of) {
  if (of !== "fr") return text;
  return text
    .replaceAll(/ (?=[;!?])/g, spaces.narrow)
    .replaceAll(/ (?=[:»])/g, spaces.full)
    .replaceAll("« ", `«${spaces.full}`);
}
