// Installs the npm packages where they are missing, broken or not those of the lock file. Plain JavaScript without dependencies,
// because it runs before anything is installed.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Fault, firstLine } from "./fault.mjs";
import { lockState, takeLock } from "./install-lock.mjs";
import { npmFault } from "./npm-failure.mjs";
import { packagesFault } from "./packages.mjs";
import { say } from "./start-words.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));

const oldestNode = 20;
const pollMs = 300;

/**
 * What there is to say goes to stderr. Where another installation is under way, waits for its end.
 * @param {{ isWhole?: boolean }} options false: what only developing needs may be missing
 * @throws {Fault}
 */
export async function ensureInstalled({ isWhole = true } = {}) {
  requireNode(process.versions.node);
  let told = false;
  for (;;) {
    const state = lockState(root);
    const fault = state === "left over" ? say("broken-off") : packagesFault(root, isWhole);
    if (state !== "held" && fault === null) return;
    const lock = state === "held" ? null : await takeLock(root);
    if (lock) return install(lock, fault);
    if (!told) console.error(say("under-way"));
    told = true;
    await new Promise((done) => setTimeout(done, pollMs));
  }
}

function requireNode(version) {
  if (Number(version.split(".")[0]) >= oldestNode) return;
  throw new Fault("too-old", { version, oldest: oldestNode });
}

async function install(lock, fault) {
  try {
    console.error(say("installing", { why: fault }));
    const ended = await runNpm(lock.add);
    if (ended.status !== 0) throw npmFault(ended);
  } finally {
    lock.release();
  }
  const left = packagesFault(root, true);
  if (left) throw new Fault("still-wrong", { why: left });
}

function runNpm(onStart) {
  return new Promise((resolve) => {
    const npm = spawn("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk) => (output += chunk));
    if (npm.pid !== undefined) onStart(npm.pid);
    npm.on("error", (error) => resolve({ status: null, signal: null, output, error }));
    npm.on("close", (status, signal) => resolve({ status, signal, output }));
  });
}

/**
 * Loads or uses a package. Files that are there and cannot be loaded mean an installation that is damaged inside.
 * @throws {Fault}
 */
export async function orDamaged(work) {
  try {
    return await work();
  } catch (error) {
    const text = String(error?.message ?? error);
    const isLoading = /MODULE_NOT_FOUND|PACKAGE_PATH|UNRESOLVED_IMPORT/.test(`${error?.code} ${text}`) || error instanceof SyntaxError;
    if (!isLoading && !/Cannot find (module|package|native binding)|does not provide an export/.test(text)) throw error;
    throw new Fault("damaged", { why: firstLine(text) });
  }
}
