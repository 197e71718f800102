// Folders in memory, with a disk that can be made to be full and bytes that can be reached to damage them.
import type { Directory } from "../../src/storage/directory.ts";

export class MemoryDirectory implements Directory {
  readonly children = new Map<string, MemoryDirectory>();
  readonly contents = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #disk: { freeBytes: number };

  constructor(disk: { freeBytes: number } = { freeBytes: Infinity }) {
    this.#disk = disk;
  }

  set freeBytes(bytes: number) {
    this.#disk.freeBytes = bytes;
  }

  folders = (): Promise<string[]> => Promise.resolve([...this.children.keys()]);
  folder = (name: string): Promise<MemoryDirectory | null> => Promise.resolve(this.children.get(name) ?? null);

  createFolder = (name: string): Promise<MemoryDirectory> => {
    const made = this.children.get(name) ?? new MemoryDirectory(this.#disk);
    this.children.set(name, made);
    return Promise.resolve(made);
  };

  removeFolder = (name: string): Promise<void> => {
    this.children.delete(name);
    return Promise.resolve();
  };

  read = (file: string): Promise<Blob | null> => {
    const bytes = this.contents.get(file);
    return Promise.resolve(bytes ? new Blob([bytes]) : null);
  };

  write = (file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    if (bytes.length > this.#disk.freeBytes) return Promise.reject(new DOMException("No space left", "QuotaExceededError"));
    this.#disk.freeBytes -= bytes.length;
    this.contents.set(file, bytes.slice());
    return Promise.resolve();
  };
}
