// Fixtures on disk, for tests that run in Node.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blobSource } from "../../src/base/byte-source.ts";
import { openSafetensors, type SafetensorsFile } from "../../src/interchange/safetensors.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

export function bytesOf(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(root + path));
}

export function jsonOf(path: string): unknown {
  return JSON.parse(readFileSync(root + path, "utf8"));
}

export function safetensorsOf(path: string): Promise<SafetensorsFile> {
  return openSafetensors(blobSource(path, new Blob([bytesOf(path)])));
}
