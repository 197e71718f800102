// Fixtures on disk, for tests that run in Node.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blobSource } from "../../src/base/byte-source.ts";
import { openSafetensors, type SafetensorsFile } from "../../src/interchange/safetensors.ts";

/** A path below the root of the project. */
export function rootPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export function bytesOf(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(rootPath(path)));
}

export function jsonOf(path: string): unknown {
  return JSON.parse(readFileSync(rootPath(path), "utf8"));
}

/** The bytes of one tensor of a safetensors file, read without the project's own reader. */
export function tensorBytes(path: string, name: string): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(path);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, { data_offsets: [number, number] }>;
  const [start, end] = header[name]?.data_offsets ?? [0, 0];
  return bytes.slice(8 + length + start, 8 + length + end);
}

export function safetensorsOf(path: string): Promise<SafetensorsFile> {
  return openSafetensors(blobSource(path, new Blob([bytesOf(path)])));
}
