// The page's file inputs, which the command fills, and the line to its stderr.
import type { FileRole } from "../request.ts";

export function filesOf(role: FileRole): File[] {
  return [...(document.querySelector<HTMLInputElement>(`#${role}`)?.files ?? [])];
}

export function progress(line: string): void {
  globalThis.window.atelierProgress?.(line);
}
