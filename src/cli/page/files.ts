// The page's file inputs, which the command fills, and the line to its stderr.
import type { NamedBytes } from "../../protocol/engine-api.ts";
import type { FileRole } from "../request.ts";

export function filesOf(role: FileRole): File[] {
  return [...(document.querySelector<HTMLInputElement>(`#${role}`)?.files ?? [])];
}

export async function namedBytes(file: File): Promise<NamedBytes> {
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

export function progress(line: string): void {
  globalThis.window.atelierProgress?.(line);
}
