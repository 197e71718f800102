// Fetches the packages that Atelier is compared with, those of the lock file in this folder and no others. No script of theirs runs.
import { spawnSync } from "node:child_process";

/** Returns npm's exit code. */
export function installPeers(folder: string): number {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], {
    cwd: folder,
    // Node's stdout may be read as tables.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  return status ?? 1;
}
