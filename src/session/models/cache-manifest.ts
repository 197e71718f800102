// What stands beside a kept model: what it was made from and how, and every file with its hash. Written last, so that a write
// that was cut off leaves nothing that passes for a model.
import { isRecord } from "../../base/json.ts";
import type { ByteSource } from "../../base/byte-source.ts";
import { dtypes, type DType, type Shape } from "../../base/tensor.ts";
import type { ModelSource } from "../../config/model-source.ts";
import { needsTexts, type Quantization, type RequestedQuantization } from "../../config/quantizations.ts";
import type { QuantizationConfig, PublishedForms, TensorGroup } from "../../model/held-weights.ts";
import type { ModelFiles } from "../../sources/model-files.ts";
import { words, type Words } from "../../words/message.ts";

/**
 * Raised whenever the files, the quantized forms or the key change: what an older one made is then prepared again. The key of
 * version 1 did not name the file, so that its copies of a repository with several models may be of any of them; version 2 rounded 4
 * bits by the extremes of a block.
 */
export const cacheVersion = 3;
export const manifestFile = "manifest.json";

/** All that is read of a model beside its weights: with them it opens without its source, and they are part of what tells it apart. */
export const smallFiles = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
  "chat_template.json",
  "generation_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
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
  /** The file's own forms, where they are held. */
  readonly published?: PublishedForms;
  /** Of "int4-mixed": the matrices in 8 bits. */
  readonly inEightBits?: readonly string[];
  /** As in LoadedModel. */
  readonly codes?: string;
  /** Why the app chose this form; absent where it was only ever named. */
  readonly chosen?: Words;
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
  try {
    const found: unknown = JSON.parse(text);
    return isManifest(found) ? found : null;
  } catch {
    return null;
  }
}

function isManifest(found: unknown): found is CacheManifest {
  if (!isRecord(found)) return false;
  const { version, name, key, files, weightFiles, tensors } = found;
  if (typeof version !== "number" || typeof name !== "string" || typeof key !== "string") return false;
  if (version !== cacheVersion) return true;
  return [files, weightFiles].every(Array.isArray) && Array.isArray(tensors) && tensors.every(isTensor);
}

function isTensor(found: unknown): boolean {
  return isRecord(found) && dtypes.some((dtype) => dtype === found["dtype"]) && Number.isSafeInteger(found["bytes"]);
}

/** Or why a copy could not be told from copies of other models. */
export type SourceKey = { readonly key: string } | { readonly reason: Words };

/**
 * Tells this model from every other: by the commit and the file on a hub; elsewhere by all small files, and by size, version (etag
 * or time of change) and bytes of the files with weights. A list as JSON, so that no two lists read alike.
 * @param weightFiles those that {@link ModelFiles.open} gives the weights from
 * @param quantization that is preferred for: of what comes with the app only that is kept which takes long to make
 */
export async function sourceKey(
  source: ModelSource,
  files: ModelFiles,
  weightFiles: readonly string[],
  quantization: RequestedQuantization,
): Promise<SourceKey> {
  switch (source.kind) {
    case "bundled":
      // What texts made of it is not there a second time.
      return needsTexts(quantization) ? contentKey(["bundled"], files, weightFiles, firstBytes) : { reason: words("cache/bundled") };
    case "hub":
      return files.commit === null ? { reason: words("cache/no-commit") } : { key: hubKey(source, files.commit) };
    case "url":
      return contentKey(["url", source.baseUrl, source.file ?? null], files, weightFiles, firstBytes);
    case "files":
      return contentKey(["files"], files, weightFiles, sampledBytes);
    default:
      return source satisfies never;
  }
}

export function hubKey({ endpoint, id, file }: Extract<ModelSource, { kind: "hub" }>, commit: string): string {
  return JSON.stringify(["hub", endpoint, id, commit, file ?? null]);
}

type KeyPart = string | number | null;

/** @param hashOf of a file with weights: all of it where that is quick */
async function contentKey(
  origin: readonly KeyPart[],
  files: ModelFiles,
  weightFiles: readonly string[],
  hashOf: (file: ByteSource) => Promise<string>,
): Promise<SourceKey> {
  const parts: (readonly KeyPart[])[] = [origin];
  for (const file of smallFiles) {
    const opened = await files.open(file);
    if (opened) parts.push([file, await sha256(await opened.read(0, opened.size))]);
  }
  for (const file of weightFiles) {
    const opened = await files.open(file);
    if (!opened) continue;
    if (opened.version === undefined) return { reason: words("cache/no-version", { file }) };
    parts.push([file, opened.size, opened.version, await hashOf(opened)]);
  }
  return { key: JSON.stringify(parts) };
}

const mebibyte = 1 << 20;
/** Of picked files that are larger, so much is hashed, spread over the whole file. */
const sampledMebibytes = 64;

/** Of a file on a server more would have to be fetched; its server tells versions apart. */
async function firstBytes(file: ByteSource): Promise<string> {
  return sha256(await file.read(0, mebibyte));
}

/**
 * A time of change can be the same for two files (archives and copies keep it), and files of one vocabulary begin alike: so a small
 * file is hashed whole, and of a large one a mebibyte in each of 64 places, the last bytes among them.
 */
async function sampledBytes(file: ByteSource): Promise<string> {
  const hashes: string[] = [];
  const last = Math.max(0, file.size - mebibyte);
  const places = Math.min(sampledMebibytes, Math.ceil(file.size / mebibyte));
  for (let place = 0; place < places; place++) {
    const start = places === 1 ? 0 : Math.round((last * place) / (places - 1));
    hashes.push(await sha256(await file.read(start, start + mebibyte)));
  }
  return sha256(new TextEncoder().encode(hashes.join()));
}

/** The folder of an entry. */
export async function entryId(
  key: string,
  { quantization, quantizeHead }: Pick<QuantizationConfig, "quantization" | "quantizeHead">,
): Promise<string> {
  const whole = `${cacheVersion}|${quantization}|${quantizeHead ? "head" : ""}|${key}`;
  return (await sha256(new TextEncoder().encode(whole))).slice(0, 32);
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What addresses the model whatever its version: what is looked for when its server does not answer. Null for picked files. */
export function addressOf(source: ModelSource): string | null {
  if (source.kind === "hub") return JSON.stringify([source.kind, source.endpoint, source.id, source.revision, source.file ?? null]);
  return source.kind === "url" ? JSON.stringify([source.kind, source.baseUrl, source.file ?? null]) : null;
}
