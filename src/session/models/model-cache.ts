// Prepared models kept on this device, so that the second load neither fetches nor quantizes. One folder an entry; every file
// is checked against its hash when it is read, and an entry that fails is let go. A load never fails for the cache's sake.
import { AtelierError } from "../../base/errors.ts";
import type { DType } from "../../base/tensor.ts";
import type { ModelSource } from "../../config/model-source.ts";
import type { PreparedModel, PreparedTensor } from "../../model/prepare-weights.ts";
import type { CachedModel } from "../../protocol/models-api.ts";
import type { TensorData } from "../../runtime/engine.ts";
import type { ModelFiles } from "../../sources/model-files.ts";
import type { Directory, Space } from "../../storage/directory.ts";
import { words, type Words } from "../../words/message.ts";
import { blobSource } from "../../base/byte-source.ts";
import { CacheWriter, type NewCopy } from "./cache-writer.ts";
import type { QuantizationRequest } from "./choose-quantization.ts";
import { addressOf, cacheVersion, entryId, manifestFile, parseManifest, sha256, type CacheManifest } from "./cache-manifest.ts";

/** Runs the work while it holds the lock, or tells it that another tab does. */
export type WithLock = <T>(name: string, mode: LockMode, work: (held: boolean) => Promise<T>) => Promise<T>;

export interface CacheParts {
  readonly directory: Directory;
  readonly space: () => Promise<Space>;
  readonly withLock: WithLock;
  readonly now: () => number;
}

export class ModelCache {
  readonly #parts: CacheParts;

  constructor(parts: CacheParts) {
    this.#parts = parts;
  }

  /** Sweeps what cut-off writes left; entries of other versions are listed and left alone. */
  async list(): Promise<readonly CachedModel[]> {
    const found: CachedModel[] = [];
    for (const id of await this.#parts.directory.folders()) {
      const manifest = await this.manifest(id);
      if (manifest) found.push(describe(id, manifest));
      else await this.#exclusively(id, (held) => (held ? this.#parts.directory.removeFolder(id) : Promise.resolve()));
    }
    return found.toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
  }

  async manifest(id: string): Promise<CacheManifest | null> {
    const folder = await this.#parts.directory.folder(id);
    const text = await (await folder?.read(manifestFile))?.text();
    return text === undefined ? null : parseManifest(text);
  }

  /** Null where there is none that this version can read. Where the form is left to the app, the copy for which it was. */
  async find(key: string, { quantization, quantizeHead }: QuantizationRequest): Promise<CacheManifest | null> {
    if (quantization !== "auto") return this.usable(await entryId(key, { quantization, quantizeHead }));
    return this.#newest((manifest) => manifest.key === key && manifest.chosen !== undefined);
  }

  async usable(id: string): Promise<CacheManifest | null> {
    const manifest = await this.manifest(id);
    return manifest?.version === cacheVersion ? manifest : null;
  }

  /** The newest copy made from this address, whichever version of the model it was; a commit that is named has no other version. */
  async newest(source: ModelSource, { quantization, quantizeHead }: QuantizationRequest): Promise<CacheManifest | null> {
    const address = source.kind === "hub" && source.commit !== undefined ? null : addressOf(source);
    if (address === null) return null;
    return this.#newest((manifest) => {
      if (addressOf(manifest.source) !== address) return false;
      if (quantization === "auto") return manifest.chosen !== undefined;
      return manifest.quantization === quantization && manifest.quantizeHead === (quantizeHead ?? false);
    });
  }

  /** Of the copies that this version can read. */
  async #newest(isMeant: (manifest: CacheManifest) => boolean): Promise<CacheManifest | null> {
    let newest: CacheManifest | null = null;
    for (const id of await this.#parts.directory.folders()) {
      const manifest = await this.manifest(id);
      if (manifest?.version !== cacheVersion || !isMeant(manifest)) continue;
      if (!newest || manifest.createdAt > newest.createdAt) newest = manifest;
    }
    return newest;
  }

  /** Keeps an entry from being deleted or written while it is read. */
  reading<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#parts.withLock(lockName(id), "shared", (held) => {
      if (!held) throw inUse();
      return work();
    });
  }

  /** @throws AtelierError `cache/damaged` while the tensors are taken */
  open(manifest: CacheManifest, onProgress: (fraction: number, tensor: string) => void): PreparedModel {
    return {
      tensors: readTensors(this.#parts.directory, manifest, onProgress),
      fingerprint: () => manifest.fingerprint,
      codes: () => manifest.codes,
    };
  }

  /** The small files of an entry. @throws AtelierError `cache/damaged` */
  files({ id, name, commit, files }: CacheManifest): ModelFiles {
    return {
      name,
      commit,
      wholeModel: null,
      open: async (file) => {
        const kept = files.find((candidate) => candidate.name === file);
        if (!kept) return null;
        return blobSource(file, new Blob([await readChecked(this.#parts.directory, id, kept)]));
      },
      finishChecks: () => Promise.resolve([]),
    };
  }

  /** @param chosen why it is this form that is loaded, where the app chose it */
  async touch(manifest: CacheManifest, chosen?: Words): Promise<void> {
    const folder = await this.#parts.directory.folder(manifest.id);
    const used = { ...manifest, ...(chosen ? { chosen } : {}), lastUsedAt: this.#parts.now() };
    await folder?.write(manifestFile, new TextEncoder().encode(JSON.stringify(used))).catch(() => undefined);
  }

  /**
   * Lets the work write a new entry; what it does not finish is removed again.
   * @param work gets the writer, or why nothing can be written
   */
  async storing<T>(newCopy: NewCopy, work: (writer: CacheWriter | { readonly reason: Words }) => Promise<T>): Promise<T> {
    const { id } = newCopy;
    return this.#exclusively(id, async (held) => {
      if (!held) return work({ reason: words("cache/other-tab") });
      if (await this.manifest(id)) return work({ reason: words("cache/other-version") });
      const { usageBytes, quotaBytes } = await this.#parts.space();
      if (usageBytes + newCopy.expectedBytes > quotaBytes) return work({ reason: words("cache/no-room") });
      const writer = new CacheWriter(this.#parts.directory, newCopy, this.#parts.now);
      try {
        return await work(writer);
      } finally {
        if (!writer.isFinished) await this.#parts.directory.removeFolder(id).catch(() => undefined);
      }
    });
  }

  /** @throws AtelierError `cache/in-use` */
  delete(id: string): Promise<void> {
    return this.#exclusively(id, (held) => {
      if (!held) throw inUse();
      return this.#parts.directory.removeFolder(id);
    });
  }

  #exclusively<T>(id: string, work: (held: boolean) => Promise<T>): Promise<T> {
    return this.#parts.withLock(lockName(id), "exclusive", work);
  }
}

const lockName = (id: string): string => `atelier-model-${id}`;

function describe(id: string, manifest: CacheManifest): CachedModel {
  const { name, commit, quantization, quantizeHead, bytes, createdAt, lastUsedAt, version } = manifest;
  // Should the copy turn out to be damaged, the same files are fetched again, not those that the branch has by then.
  const source = manifest.source.kind === "hub" && typeof commit === "string" ? { ...manifest.source, commit } : manifest.source;
  const usable = version === cacheVersion;
  const note = words(version > cacheVersion ? "cache/newer" : "cache/older");
  return { id, name, source, quantization, quantizeHead, bytes, createdAt, lastUsedAt, usable, ...(usable ? {} : { note }) };
}

async function readChecked(directory: Directory, id: string, kept: CacheManifest["files"][number]): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await (await directory.folder(id))?.read(kept.name);
  if (blob?.size !== kept.bytes) throw damaged(kept.name, blob ? "cut-off" : "missing");
  const buffer = await blob.arrayBuffer().catch(() => null);
  if (!buffer) throw damaged(kept.name, "unreadable");
  const bytes = new Uint8Array(buffer);
  if ((await sha256(bytes)) !== kept.sha256) throw damaged(kept.name, "changed");
  return bytes;
}

async function* readTensors(
  directory: Directory,
  { id, tensors, weightFiles }: CacheManifest,
  onProgress: (fraction: number, tensor: string) => void,
): AsyncGenerator<PreparedTensor> {
  let [current, at, next] = [new Uint8Array(), 0, 0];
  for (const [index, { group, name, dtype, shape, bytes }] of tensors.entries()) {
    const whole = new Uint8Array(bytes);
    for (let done = 0; done < bytes;) {
      if (at === current.length) {
        const file = weightFiles[next++];
        if (!file) throw damaged(name, "no-file");
        [current, at] = [await readChecked(directory, id, file), 0];
      }
      const part = current.subarray(at, at + bytes - done);
      whole.set(part, done);
      [done, at] = [done + part.length, at + part.length];
    }
    yield { group, name, dtype, shape, data: view[dtype](whole.buffer) };
    onProgress((index + 1) / tensors.length, name);
  }
}

const view = {
  float32: (buffer) => new Float32Array(buffer),
  float16: (buffer) => new Uint16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  uint4: (buffer) => new Uint8Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
} satisfies Record<DType, (buffer: ArrayBuffer) => TensorData>;

function damaged(file: string, how: "cut-off" | "missing" | "unreadable" | "changed" | "no-file"): AtelierError {
  return new AtelierError(`cache/damaged#${how}`, { file });
}

function inUse(): AtelierError {
  return new AtelierError("cache/in-use");
}
