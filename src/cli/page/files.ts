// The page's file inputs, which the command fills, and the line to its stderr, which the command puts into words.
import type { Text } from "../../words/message.ts";
import type { ModelSource } from "../../config/model-source.ts";
import type { FileRole, HeadlessRequest } from "../request.ts";

export function filesOf(role: FileRole): File[] {
  return [...(document.querySelector<HTMLInputElement>(`#${role}`)?.files ?? [])];
}

export function sourceOf({ model }: HeadlessRequest): ModelSource {
  return "folder" in model ? { kind: "files", name: model.folder, files: filesOf("model") } : model;
}

export function progress(line: Text): void {
  globalThis.window.atelierProgress?.(line);
}
