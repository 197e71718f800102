// A file on a server, read through windows of some megabytes: neighbouring tensors share a request, the next window is fetched
// while one is used, and the file is never whole in memory. Windows that come before their turn in the file are kept aside,
// up to a limit, until the checksum has reached them.
import type { ByteSource } from "../base/byte-source.ts";
import { runningDigest, type ExpectedDigest, type RunningDigest } from "./expected-digest.ts";
import { corrupted, type FetchTask } from "./source-error.ts";

export interface WindowSizes {
  /** The first window: as much as the first request asks for. */
  readonly openingBytes: number;
  readonly windowBytes: number;
  /** Windows kept in memory. */
  readonly windowsKept: number;
  /** Bytes kept aside for the checksum, as Blobs that the browser may put on disk; beyond them it is given up. */
  readonly asideBytes: number;
  /** Bytes fetched at the end for the sake of the checksum alone. */
  readonly finishBytes: number;
}

export const defaultSizes: WindowSizes = {
  openingBytes: 1 << 20,
  windowBytes: 16 << 20,
  windowsKept: 4,
  asideBytes: 256 << 20,
  finishBytes: 64 << 20,
};

/** @param isNew false where these bytes have been fetched before */
type Fetch = (start: number, end: number, isNew: boolean) => Promise<Uint8Array<ArrayBuffer>>;

interface FileToCheck {
  readonly version?: string | undefined;
  readonly name: string;
  readonly task: FetchTask;
  readonly digest?: ExpectedDigest | undefined;
}

export class WindowedSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly version: string | undefined;
  readonly #file: FileToCheck;
  readonly #sizes: WindowSizes;
  readonly #fetch: Fetch;
  readonly #count: number;
  /** The last windows that were used, the latest at the end. */
  readonly #recent = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #aside = new Map<number, Blob>();
  readonly #seen = new Set<number>();
  #digest: RunningDigest | undefined;
  /** The window that the checksum waits for. */
  #next = 0;
  #checking: Promise<void> = Promise.resolve();
  #lastMiss = -2;

  constructor(file: FileToCheck, size: number, sizes: WindowSizes, fetch: Fetch) {
    this.name = file.name;
    this.size = size;
    this.version = file.version;
    this.#file = file;
    this.#sizes = sizes;
    this.#fetch = fetch;
    this.#count = size === 0 ? 0 : this.#indexAt(size - 1) + 1;
    this.#digest = file.digest && runningDigest(file.digest, size);
  }

  /** Takes the first window, which the first request brings. */
  async open(): Promise<void> {
    if (this.#count > 0) await this.#window(0);
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const until = Math.min(end, this.size);
    const out = new Uint8Array(Math.max(0, until - start));
    for (let at = start; at < until;) {
      const index = this.#indexAt(at);
      const bytes = await this.#window(index);
      const part = bytes.subarray(at - this.#startOf(index), until - this.#startOf(index));
      out.set(part, at - start);
      at += part.byteLength;
    }
    return out;
  }

  /** @throws AtelierError `model/file-corrupted` */
  async finishCheck(): Promise<boolean> {
    const missing = Array.from({ length: this.#count }, (_, index) => index).filter((index) => !this.#seen.has(index));
    const bytes = missing.reduce((sum, index) => sum + this.#startOf(index + 1) - this.#startOf(index), 0);
    if (bytes <= this.#sizes.finishBytes) for (const index of missing) if (this.#digest) await this.#window(index);
    return this.#file.digest === undefined || (this.#digest !== undefined && this.#next === this.#count);
  }

  #indexAt(position: number): number {
    const { openingBytes, windowBytes } = this.#sizes;
    return position < openingBytes ? 0 : 1 + Math.floor((position - openingBytes) / windowBytes);
  }

  #startOf(index: number): number {
    const { openingBytes, windowBytes } = this.#sizes;
    return index === 0 ? 0 : Math.min(this.size, openingBytes + (index - 1) * windowBytes);
  }

  #window(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#recent.get(index);
    const isInOrder = this.#lastMiss === index - 1 || (known !== undefined && this.#lastMiss === index);
    const bytes = known ?? this.#load(index);
    if (!known) this.#lastMiss = index;
    this.#keep(index, bytes);
    // Someone who reads on soon needs the next one; its failure is told to whoever reads it.
    if (isInOrder && index + 1 < this.#count && !this.#recent.has(index + 1)) {
      this.#lastMiss = index + 1;
      const next = this.#load(index + 1);
      next.catch(() => undefined);
      this.#keep(index + 1, next);
    }
    return bytes;
  }

  #keep(index: number, bytes: Promise<Uint8Array<ArrayBuffer>>): void {
    this.#recent.delete(index);
    this.#recent.set(index, bytes);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > this.#sizes.windowsKept && oldest !== undefined) this.#recent.delete(oldest);
  }

  async #load(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const aside = this.#aside.get(index);
    if (aside) return new Uint8Array(await aside.arrayBuffer());
    const isNew = !this.#seen.has(index);
    this.#seen.add(index);
    const bytes = await this.#fetch(this.#startOf(index), this.#startOf(index + 1), isNew);
    if (isNew) {
      this.#checking = this.#checking.then(() => this.#check(index, bytes));
      await this.#checking;
    }
    return bytes;
  }

  async #check(index: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.#digest) return;
    if (index !== this.#next) {
      this.#aside.set(index, new Blob([bytes]));
      const kept = [...this.#aside.values()].reduce((sum, { size }) => sum + size, 0);
      if (kept > this.#sizes.asideBytes) this.#giveUp();
      return;
    }
    this.#digest.update(bytes);
    for (this.#next++; this.#aside.has(this.#next); this.#next++) {
      this.#digest.update(new Uint8Array((await this.#aside.get(this.#next)?.arrayBuffer()) ?? new ArrayBuffer()));
      this.#aside.delete(this.#next);
    }
    if (this.#next === this.#count && !this.#digest.matches()) throw corrupted(this.#file.task);
  }

  /** What was kept aside stays unchecked; reading goes on. */
  #giveUp(): void {
    this.#digest = undefined;
    this.#aside.clear();
  }
}
