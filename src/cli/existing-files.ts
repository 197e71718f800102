// Paths that a command names: what is not there, or is of the wrong kind, is named before a browser is started.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { AtelierError } from "../base/errors.ts";

/** @throws AtelierError `cli/no-such-file` */
export function existing(path: string): string {
  if (existsSync(path)) return resolve(path);
  throw new AtelierError("cli/no-such-file", { path });
}

export function existingFile(path: string): string {
  if (!statSync(existing(path)).isDirectory()) return resolve(path);
  throw new AtelierError("cli/no-such-file#is-folder", { path });
}

export function filesIn(folder: string): string[] {
  if (!statSync(existing(folder)).isDirectory()) throw new AtelierError("cli/no-such-file#folder", { path: folder });
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => resolve(folder, name));
}

export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(existingFile(path), "utf8"));
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause;
    throw new AtelierError("data/batch-invalid#file", { path }, { cause });
  }
}
