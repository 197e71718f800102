// Counts what arrives, file by file and in total, for the page to show. Tells about ten times a second at most.
import type { Text } from "../words/message.ts";

export interface FileProgress {
  readonly name: string;
  readonly bytesDone: number;
  /** Null until the server has said. */
  readonly bytesTotal: number | null;
  /** The server does not serve parts of files, so this one is fetched whole. */
  readonly whole: boolean;
}

export interface DownloadProgress {
  readonly files: readonly FileProgress[];
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Over the last seconds; null before there is anything to say. */
  readonly bytesPerSecond: number | null;
  /** Why nothing moves, such as a wait before the next try; null while it does. */
  readonly waiting: Text | null;
}

export interface FileMeter {
  size(bytesTotal: number, whole: boolean): void;
  add(bytes: number): void;
  /** The file is fetched from its start again. */
  restart(): void;
}

const reportEveryMs = 100;
const rateWindowMs = 4000;

export class DownloadMeter {
  readonly #report: (progress: DownloadProgress) => void;
  readonly #files = new Map<string, { bytesDone: number; bytesTotal: number | null; whole: boolean }>();
  #arrivals: { readonly at: number; readonly bytes: number }[] = [];
  #waiting: Text | null = null;
  #reportedAt = -Infinity;

  constructor(report: (progress: DownloadProgress) => void) {
    this.#report = report;
  }

  file(name: string): FileMeter {
    const entry = { bytesDone: 0, bytesTotal: null as number | null, whole: false };
    this.#files.set(name, entry);
    return {
      size: (bytesTotal, whole) => {
        Object.assign(entry, { bytesTotal, whole });
        this.#tell(true);
      },
      add: (bytes) => {
        entry.bytesDone += bytes;
        this.#arrivals.push({ at: performance.now(), bytes });
        this.#waiting = null;
        this.#tell(entry.bytesDone === entry.bytesTotal);
      },
      restart: () => {
        entry.bytesDone = 0;
      },
    };
  }

  wait(why: Text): void {
    this.#waiting = why;
    this.#tell(true);
  }

  #tell(isDue: boolean): void {
    const now = performance.now();
    if (!isDue && now - this.#reportedAt < reportEveryMs) return;
    this.#reportedAt = now;
    // A file that turned out not to be there has no size and is not shown.
    const files = [...this.#files].map(([name, entry]) => ({ name, ...entry })).filter(({ bytesTotal }) => bytesTotal !== null);
    this.#report({
      files,
      bytesDone: files.reduce((sum, { bytesDone }) => sum + bytesDone, 0),
      bytesTotal: files.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0),
      bytesPerSecond: this.#rate(now),
      waiting: this.#waiting,
    });
  }

  #rate(now: number): number | null {
    this.#arrivals = this.#arrivals.filter(({ at }) => now - at < rateWindowMs);
    const since = this.#arrivals[0]?.at;
    if (since === undefined || now - since < 50) return null;
    return (this.#arrivals.reduce((sum, { bytes }) => sum + bytes, 0) / (now - since)) * 1000;
  }
}
