// Asks a server for bytes and does not give up at once: what may pass by itself is tried again with growing pauses, and a
// server that says how long to wait is heeded. A token goes to one origin and nowhere else.
import { messageOf, type AtelierError } from "../base/errors.ts";
import { words } from "../words/message.ts";
import type { DownloadMeter } from "./download-meter.ts";
import { cancelled, connectionLost, rateLimited, refusal, unavailable, unreachable, type FetchTask } from "./source-error.ts";

export interface Patience {
  /** Pause before the second try; it doubles from try to try. */
  readonly firstPauseMs: number;
  /** A server that asks for a longer pause is not waited for. */
  readonly longestPauseMs: number;
  /** A connection that brings nothing for so long counts as broken. */
  readonly stallMs: number;
}

export const defaultPatience: Patience = { firstPauseMs: 500, longestPauseMs: 60_000, stallMs: 60_000 };
const tries = 5;

export interface Connection {
  readonly meter: DownloadMeter;
  readonly patience: Patience;
  readonly signal?: AbortSignal | undefined;
  readonly access?: { readonly origin: string; readonly token: string } | undefined;
}

export interface Request {
  readonly url: string;
  readonly task: FetchTask;
  /** Bytes asked for; the end is not among them. */
  readonly range?: { readonly start: number; readonly end: number };
}

export interface Answer {
  /** 200, 206, 404 or 416. */
  readonly response: Response;
  /** @throws TryAgain where the connection breaks */
  chunks(): AsyncGenerator<Uint8Array>;
  /** Lets go of a body that nobody reads. */
  drop(): void;
}

/** A failure that may pass; `final` is what it becomes when it does not. */
export class TryAgain extends Error {
  readonly final: AtelierError;
  readonly waitMs: number | undefined;

  constructor(final: AtelierError, waitMs?: number) {
    super(final.message, { cause: final });
    this.final = final;
    this.waitMs = waitMs;
  }
}

/**
 * Repeats an attempt while it may still succeed: five tries without getting further, then its failure stands.
 * @param reached grows with every byte, so that a connection that breaks often but brings something is not given up
 * @throws AtelierError what the attempt throws; `load/cancelled`
 */
export async function persist<T>(
  { signal, patience, meter }: Connection,
  attempt: () => Promise<T>,
  reached: () => number = () => 0,
): Promise<T> {
  for (let failed = 0, before = reached(); ;) {
    if (signal?.aborted) throw cancelled();
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      if (!(error instanceof TryAgain)) throw error;
      failed = reached() > before ? 1 : failed + 1;
      before = reached();
      const pauseMs = error.waitMs ?? patience.firstPauseMs * 2 ** (failed - 1);
      if (failed >= tries || pauseMs > patience.longestPauseMs) throw error.final;
      meter.wait(words("sources/trying-again", { what: messageOf(error.final), seconds: Math.ceil(pauseMs / 1000) }));
      await pause(pauseMs, signal);
    }
  }
}

/**
 * One try.
 * @throws TryAgain where another may succeed; AtelierError where it cannot
 */
export async function ask({ url, task, range }: Request, connection: Connection): Promise<Answer> {
  const watch = new Watch(connection);
  const sendsToken = connection.access?.origin === new URL(url).origin;
  const headers = {
    ...(range ? { Range: `bytes=${range.start}-${range.end - 1}` } : {}),
    ...(sendsToken ? { Authorization: `Bearer ${connection.access?.token}` } : {}),
  };
  const response = await fetch(url, { headers, signal: watch.signal }).catch((cause: unknown) => {
    watch.stop();
    throw new TryAgain(unreachable(task, cause));
  });
  const drop = (): void => {
    watch.stop();
    void response.body?.cancel().catch(() => undefined);
  };
  const failure = failureOf(task, response, sendsToken);
  if (failure) {
    drop();
    throw failure;
  }
  return { response, drop, chunks: () => chunks(response, task, watch) };
}

function failureOf(task: FetchTask, response: Response, sentToken: boolean): TryAgain | AtelierError | undefined {
  const { status } = response;
  const isNamed = response.headers.get("x-error-code") === "RevisionNotFound" || response.headers.get("x-error-code") === "RepoNotFound";
  if (status === 200 || status === 206 || status === 416 || (status === 404 && !isNamed)) return undefined;
  if (status === 429) {
    const waitMs = retryAfterMs(response.headers.get("retry-after"));
    return new TryAgain(rateLimited(task, waitMs), waitMs);
  }
  if (status >= 500 || status === 408) return new TryAgain(unavailable(task, status), retryAfterMs(response.headers.get("retry-after")));
  return refusal(task, response, sentToken);
}

/** Seconds or a date. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

async function* chunks(response: Response, task: FetchTask, watch: Watch): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  let arrived = 0;
  try {
    for (;;) {
      watch.beat();
      const next = await reader?.read().catch(() => {
        throw new TryAgain(connectionLost(task, arrived, undefined));
      });
      if (!next || next.done) return;
      arrived += next.value.byteLength;
      yield next.value;
    }
  } finally {
    watch.stop();
    void reader?.cancel().catch(() => undefined);
  }
}

/** Ends a request that the user cancels or that brings nothing any more. */
class Watch {
  readonly #controller = new AbortController();
  readonly #patience: Patience;
  readonly #outer: AbortSignal | undefined;
  readonly #abort = (): void => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ signal, patience }: Connection) {
    this.#patience = patience;
    this.#outer = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
    this.beat();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  beat(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#abort, this.#patience.stallMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#abort);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
