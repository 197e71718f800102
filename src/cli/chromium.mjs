// Finds a Chromium for the tests and the headless command, and installs one where there is none: from Playwright, else
// from Debian's package. Plain JavaScript without dependencies, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Fault } from "./fault.mjs";
import { say } from "./start-words.mjs";

const systemPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Software WebGPU where there is no GPU; no sandbox inside containers; nothing in the background. */
export const chromiumFlags = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
];

/** @returns {string | undefined} the executable's path */
export function findChromium() {
  const chosen = process.env["ATELIER_CHROMIUM"];
  return [chosen, ...systemPaths, ...playwrightPaths()].find((path) => path && existsSync(path));
}

/**
 * Finds or installs one. What the installers print goes to stderr.
 * @returns {string}
 */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  for (const install of [installFromPlaywright, installFromDebian]) {
    install();
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Fault("no-chromium");
}

function installFromPlaywright() {
  console.error(say("from-playwright"));
  spawnSync("npx", ["playwright", "install", "--with-deps", "chromium"], { stdio: ["ignore", 2, 2], timeout: 300_000 });
}

function installFromDebian() {
  console.error(say("from-debian"));
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  for (const command of [
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
  ]) {
    const [program, ...args] = [...sudo, ...command];
    spawnSync(program ?? "", args, { stdio: ["ignore", 2, 2], timeout: 600_000 });
  }
}

function playwrightPaths() {
  const cache =
    process.env["PLAYWRIGHT_BROWSERS_PATH"] ??
    join(homedir(), process.platform === "darwin" ? "Library/Caches/ms-playwright" : ".cache/ms-playwright");
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => name.startsWith("chromium"))
    .flatMap((name) =>
      [
        "chrome-linux/chrome",
        "chrome-linux64/chrome",
        "chrome-linux/headless_shell",
        "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
        "chrome-win/chrome.exe",
      ].map((path) => join(cache, name, path)),
    );
}
