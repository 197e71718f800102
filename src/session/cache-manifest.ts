// What stands beside a kept model: what it was made from and how, and every file with its hash. Written last, so that a write
// that was cut off leaves nothing that passes for a model.
import { dtypes, type DType, type Shape } from "../base/tensor.ts";
import type { ModelSource } from "../config/model-source.ts";
import type { Quantization } from "../config/quantizations.ts";
import type { Holding, TensorGroup } from "../model/held-weights.ts";
import type { ModelFiles } from "../sources/model-files.ts";

/** Raised whenever the files or the quantized forms change: what an older one made is then prepared again. */
export const cacheVersion = 1;
export const manifestFile = "manifest.json";

/** Read beside the weights; with them a model opens without its source. */
export const smallFiles = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
  "chat_template.json",
  "generation_config.json",
  "special_tokens_map.json",
] as const;

export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface KeptTensor {
  readonly group: TensorGroup;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: number;
}

export interface CacheManifest {
  readonly version: number;
  readonly id: string;
  readonly key: string;
  readonly name: string;
  /** Picked files are left out of it: the copy is read in their stead. */
  readonly source: ModelSource;
  readonly commit: string | null;
  readonly quantization: Quantization;
  readonly quantizeHead: boolean;
  readonly fingerprint: string;
  readonly files: readonly KeptFile[];
  /** The weights one after the other, cut into files of equal size without regard to tensors. */
  readonly weightFiles: readonly KeptFile[];
  readonly tensors: readonly KeptTensor[];
  /** Of all files together. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

/** A manifest that another version wrote is known by what all versions have; null for what is none. */
export function parseManifest(text: string): CacheManifest | null {
  let found: Partial<CacheManifest> | null;
  try {
    found = JSON.parse(text) as Partial<CacheManifest> | null;
  } catch {
    return null;
  }
  if (typeof found?.version !== "number" || typeof found.name !== "string" || typeof found.key !== "string") return null;
  if (found.version !== cacheVersion) return found as CacheManifest;
  const isWhole =
    [found.files, found.weightFiles, found.tensors].every(Array.isArray) &&
    (found.tensors ?? []).every(({ dtype, bytes }) => dtypes.includes(dtype) && Number.isSafeInteger(bytes));
  return isWhole ? (found as CacheManifest) : null;
}

export type SourceKey = { readonly key: string } | { readonly reason: string };

/**
 * Tells this model from every other: by the commit on a hub; elsewhere by all small files, and by size, version (etag or time of
 * change) and first mebibyte of the files with weights.
 * @param weightFiles those that {@link ModelFiles.open} gives the weights from
 */
export async function sourceKey(source: ModelSource, files: ModelFiles, weightFiles: readonly string[]): Promise<SourceKey> {
  switch (source.kind) {
    case "bundled":
      return { reason: "the bundled model is small and comes with the app" };
    case "hub":
      return files.commit === null ? { reason: "its commit is not known" } : { key: hubKey(source, files.commit) };
    case "url":
    case "files":
      return contentKey(source.kind === "url" ? `url:${source.baseUrl}` : "files", files, weightFiles);
    default:
      return source satisfies never;
  }
}

export function hubKey({ endpoint, id }: Extract<ModelSource, { kind: "hub" }>, commit: string): string {
  return `hub:${endpoint}/${id}@${commit}`;
}

async function contentKey(prefix: string, files: ModelFiles, weightFiles: readonly string[]): Promise<SourceKey> {
  const parts = [prefix];
  for (const file of smallFiles) {
    const opened = await files.open(file);
    if (opened) parts.push(`${file}:${await sha256(await opened.read(0, opened.size))}`);
  }
  for (const file of weightFiles) {
    const opened = await files.open(file);
    if (!opened) continue;
    if (opened.version === undefined)
      return { reason: `nothing tells one version of ${file} from another: its server sends no ETag or date` };
    parts.push(`${file}:${opened.size}:${opened.version}:${await sha256(await opened.read(0, 1 << 20))}`);
  }
  return { key: parts.join("|") };
}

/** The folder of an entry. */
export async function entryId(key: string, { quantization, quantizeHead }: Holding): Promise<string> {
  const whole = `${cacheVersion}|${quantization}|${quantizeHead ? "head" : ""}|${key}`;
  return (await sha256(new TextEncoder().encode(whole))).slice(0, 32);
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What addresses the model whatever its version: what is looked for when its server does not answer. Null for picked files. */
export function addressOf(source: ModelSource): string | null {
  if (source.kind === "hub") return `hub:${source.endpoint}/${source.id}@${source.revision}`;
  return source.kind === "url" ? `url:${source.baseUrl}` : null;
}
