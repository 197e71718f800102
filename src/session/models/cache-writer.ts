// Writes a model into the cache while it goes to the engine: tensors pass through, at most one file's worth waits in memory.
// The first failure ends the writing and is kept as the reason; the load goes on without.
import type { ModelSource } from "../../config/model-source.ts";
import type { PreparedTensor } from "../../model/prepare-weights.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { ModelFiles } from "../../sources/model-files.ts";
import type { Directory } from "../../storage/directory.ts";
import { words, type Words } from "../../words/message.ts";
import { cacheVersion, manifestFile, sha256, smallFiles, type CacheManifest, type KeptFile, type KeptTensor } from "./cache-manifest.ts";

/** Web Crypto hashes only what is whole in memory. */
const defaultFileBytes = 16 << 20;

export interface NewCopy {
  readonly id: string;
  readonly key: string;
  readonly source: ModelSource;
  readonly held: Pick<CacheManifest, "quantization" | "quantizeHead" | "published" | "inEightBits" | "chosen">;
  readonly expectedBytes: number;
  readonly fileBytes?: number;
}

export class CacheWriter {
  readonly #directory: Directory;
  readonly #newCopy: NewCopy;
  readonly #now: () => number;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  #filled = 0;
  readonly #weightFiles: KeptFile[] = [];
  readonly #tensors: KeptTensor[] = [];
  #folder: Directory | undefined;
  #failure: Words | undefined;
  #isFinished = false;

  constructor(directory: Directory, newCopy: NewCopy, now: () => number) {
    this.#directory = directory;
    this.#newCopy = newCopy;
    this.#now = now;
    this.#buffer = new Uint8Array(newCopy.fileBytes ?? defaultFileBytes);
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** The same tensors, once each has been written. */
  async *tee(tensors: AsyncIterable<PreparedTensor>): AsyncGenerator<PreparedTensor> {
    for await (const tensor of tensors) {
      await this.#attempt(() => this.#add(tensor));
      yield tensor;
    }
  }

  /** Makes the entry valid. @returns why it could not be, or null */
  async finish(files: ModelFiles, { fingerprint, codes }: Pick<LoadedModel, "fingerprint" | "codes">): Promise<Words | null> {
    await this.#attempt(async () => {
      await this.#flush();
      const small = await this.#copySmallFiles(files);
      const { id, key, source, held } = this.#newCopy;
      const now = this.#now();
      const manifest: CacheManifest = {
        version: cacheVersion,
        id,
        key,
        ...held,
        fingerprint,
        ...(codes === undefined ? {} : { codes }),
        name: files.name,
        source: source.kind === "files" ? { ...source, files: [] } : source,
        commit: files.commit,
        files: small,
        weightFiles: this.#weightFiles,
        tensors: this.#tensors,
        bytes: [...small, ...this.#weightFiles].reduce((sum, { bytes }) => sum + bytes, 0),
        createdAt: now,
        lastUsedAt: now,
      };
      await (await this.#open()).write(manifestFile, new TextEncoder().encode(JSON.stringify(manifest)));
      this.#isFinished = true;
    });
    return this.#failure ?? null;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.#failure = name === "QuotaExceededError" ? words("cache/full") : words("cache/not-written", { what: message });
    }
  }

  async #add({ group, name, dtype, shape, data }: PreparedTensor): Promise<void> {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#tensors.push({ group, name, dtype, shape, bytes: bytes.length });
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.#buffer.length - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#buffer.length) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    if (this.#filled === 0) return;
    const name = `weights-${String(this.#weightFiles.length).padStart(4, "0")}`;
    this.#weightFiles.push(await this.#write(name, this.#buffer.subarray(0, this.#filled)));
    this.#filled = 0;
  }

  async #copySmallFiles(files: ModelFiles): Promise<KeptFile[]> {
    const kept: KeptFile[] = [];
    for (const name of smallFiles) {
      const source = await files.open(name);
      if (source) kept.push(await this.#write(name, await source.read(0, source.size)));
    }
    return kept;
  }

  async #write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<KeptFile> {
    await (await this.#open()).write(name, bytes);
    return { name, bytes: bytes.length, sha256: await sha256(bytes) };
  }

  async #open(): Promise<Directory> {
    if (!this.#folder) {
      await this.#directory.removeFolder(this.#newCopy.id);
      this.#folder = await this.#directory.createFolder(this.#newCopy.id);
    }
    return this.#folder;
  }
}
