// Whether node_modules holds what package-lock.json lists, whole: read from the packages themselves, because a broken installation
// leaves anything, from an empty folder to all packages but one.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { say } from "./start-words.mjs";

/** What the headless command loads by name, beside the app's own dependencies. Formatters, linters and types are not among them. */
const loaded = ["vite", "vitest", "@vitejs/plugin-react", "@vitest/browser-playwright", "playwright"];

/**
 * @param {string} root the folder of package-lock.json
 * @param {boolean} isWhole whether every package is wanted, or only what is loaded by name: on a machine that only runs Atelier the
 *   others may have been left out on purpose
 * @returns {string | null} what is wrong; null where all is there
 */
export function packagesFault(root, isWhole) {
  if (!existsSync(join(root, "node_modules"))) return say("no-packages");
  // npm writes this file last.
  if (!existsSync(join(root, "node_modules/.package-lock.json"))) return say("broken-off");
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const wanted = Object.entries(packages).filter(([path]) => path !== "");
  const needed = new Set([...loaded, ...dependenciesOf(root)].map((name) => `node_modules/${name}`));
  for (const [path, { version, optional, devOptional }] of wanted) {
    const found = versionAt(join(root, path));
    if (found === null && !optional && !devOptional && (isWhole || needed.has(path))) return say("package-missing", { name: nameOf(path) });
    if (found !== null && version !== undefined && found !== version) return say("package-version", { name: nameOf(path), found, version });
  }
  return isWhole ? missingForThisSystem(root, wanted) : null;
}

function dependenciesOf(root) {
  return Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).dependencies ?? {});
}

/** Parts in machine code are optional to npm, since each system needs others; those of this one are not. */
function missingForThisSystem(root, wanted) {
  const mine = wanted.filter(([, { os, cpu }]) => os?.includes(process.platform) && cpu?.includes(process.arch));
  // Of the two C libraries of Linux one is enough: npm has chosen.
  const familyOf = (path) => path.replace(/-(gnu|musl)$/, "");
  const there = new Set(mine.filter(([path]) => versionAt(join(root, path)) !== null).map(([path]) => familyOf(path)));
  const missing = mine.find(([path]) => !there.has(familyOf(path)));
  return missing ? say("other-system", { name: nameOf(missing[0]) }) : null;
}

const nameOf = (path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** Null where there is no package, or none that can be read. */
function versionAt(folder) {
  try {
    return String(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version);
  } catch {
    return null;
  }
}
