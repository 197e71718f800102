// What goes wrong between here and a model's files, each with a code and a way out. No address with a query and no header is
// ever put into one: signed addresses and tokens stay out of reports.
import { AtelierError } from "../base/errors.ts";
import { words, type Text } from "../words/message.ts";

/** What a request is for, in the words of messages. */
export interface FetchTask {
  /** The file's name, or the list of files. */
  readonly what: Text;
  /** The model's name. */
  readonly model: string;
  readonly host: string;
}

export function cancelled(): AtelierError {
  return new AtelierError("load/cancelled");
}

/** The answers after which trying again changes nothing. */
export function refusal({ what, model, host }: FetchTask, response: Response, sentToken: boolean): AtelierError {
  const said = response.headers.get("x-error-code");
  const status = String(response.status);
  const token = sentToken ? "sent" : "other";
  if (said === "RevisionNotFound") return new AtelierError("hub/revision-not-found", { model, host });
  if (status === "404" || said === "RepoNotFound") return new AtelierError("hub/model-not-found", { model, host });
  if (said === "GatedRepo") return new AtelierError("hub/gated", { model, host, what, token });
  if (status === "401" || status === "403") return new AtelierError("hub/access-denied", { model, host, what, status, token });
  return new AtelierError("model/download-failed", { what, host, status });
}

export function unavailable({ what, host }: FetchTask, status: number): AtelierError {
  return new AtelierError("model/download-failed#unavailable", { what, host, status: String(status) });
}

export function rateLimited({ what, host }: FetchTask, waitMs: number | undefined): AtelierError {
  return new AtelierError("hub/rate-limited", { what, host, wait: waitOf(waitMs) });
}

function waitOf(ms: number | undefined): Text {
  if (ms === undefined) return words("sources/few-minutes");
  return ms < 90_000
    ? words("sources/seconds", { count: Math.ceil(ms / 1000) })
    : words("sources/minutes", { count: Math.ceil(ms / 60_000) });
}

export function unreachable({ what, host }: FetchTask, cause: unknown): AtelierError {
  const { navigator } = globalThis as { readonly navigator?: { readonly onLine?: boolean } };
  if (navigator?.onLine === false) return new AtelierError("model/offline", { what }, { cause });
  return new AtelierError("model/download-failed#unreachable", { what, host }, { cause });
}

export function connectionLost({ what }: FetchTask, arrived: number, total: number | undefined): AtelierError {
  return total === undefined
    ? new AtelierError("model/file-truncated#connection", { what, arrived })
    : new AtelierError("model/file-truncated#connection-of", { what, arrived, total });
}

export function wrongSize({ what }: FetchTask, found: number, expected: number): AtelierError {
  return new AtelierError("model/wrong-size", { what, found, expected });
}

export function changed({ what }: FetchTask): AtelierError {
  return new AtelierError("model/file-changed", { what });
}

export function corrupted({ what }: FetchTask): AtelierError {
  return new AtelierError("model/file-corrupted", { what });
}

/** @param found what came instead */
export function badRange({ what, host }: FetchTask, found: Text): AtelierError {
  return new AtelierError("model/download-failed#range", { what, host, found });
}
