// What goes wrong between here and a model's files, each with a code and a way out. No address with a query and no header is
// ever put into one: signed addresses and tokens stay out of reports.
import { AtelierError } from "../base/errors.ts";

/** What a request is for, in the words of messages. */
export interface Errand {
  /** The file, or "the list of files". */
  readonly what: string;
  /** The model's name. */
  readonly model: string;
  readonly host: string;
}

export function cancelled(): AtelierError {
  return new AtelierError("load/cancelled", "Loading was cancelled.", "Load the model again when you like.");
}

/** The answers after which trying again changes nothing. */
export function refusal({ what, model, host }: Errand, response: Response, sentToken: boolean): AtelierError {
  const said = response.headers.get("x-error-code");
  const { status } = response;
  if (said === "RevisionNotFound")
    return new AtelierError("hub/revision-not-found", `${model} has no such revision on ${host}.`, "Check what stands after the @.");
  if (status === 404 || said === "RepoNotFound")
    return new AtelierError(
      "hub/model-not-found",
      `${host} has no model ${model}, or does not show it without a token.`,
      "Check the spelling. For a private model paste a token of an account that may read it.",
    );
  if (said === "GatedRepo") {
    return new AtelierError(
      "hub/gated",
      `${model} is gated: ${host} gives ${what} only to who has accepted its licence.`,
      sentToken
        ? "Accept the licence on the model's page with the account of this token, or wait until access is granted."
        : "Accept the licence on the model's page, then paste a token of that account.",
    );
  }
  if (status === 401 || status === 403) {
    return new AtelierError(
      "hub/access-denied",
      `${host} does not give ${what} of ${model} (${status}).`,
      sentToken
        ? "The token may be mistyped, expired or not allowed to read this model. If the model is gated, accept its licence on its page."
        : "If the model is gated, accept its licence on its page; then paste a token. If not, check the spelling.",
    );
  }
  return new AtelierError("model/download-failed", `${what} could not be fetched: ${host} answered ${status}.`, "Check the address.");
}

export function unavailable({ what, host }: Errand, status: number): AtelierError {
  return new AtelierError(
    "model/download-failed",
    `${what} could not be fetched: ${host} answered ${status}, again and again.`,
    "The server has a problem. Try again later.",
  );
}

export function rateLimited({ what, host }: Errand, waitMs: number | undefined): AtelierError {
  const wait =
    waitMs === undefined ? "a few minutes" : waitMs < 90_000 ? `${Math.ceil(waitMs / 1000)} s` : `${Math.ceil(waitMs / 60_000)} min`;
  return new AtelierError(
    "hub/rate-limited",
    `${host} limits how much it answers and did not give ${what} (429).`,
    `Wait ${wait}, then load again. A token raises the limit.`,
  );
}

export function unreachable({ what, host }: Errand, cause: unknown): AtelierError {
  const { navigator } = globalThis as { readonly navigator?: { readonly onLine?: boolean } };
  if (navigator?.onLine === false)
    return new AtelierError("model/offline", `${what} could not be fetched: this computer is offline.`, "Connect it, then load again.", {
      cause,
    });
  return new AtelierError(
    "model/download-failed",
    `${what} could not be fetched: ${host} cannot be reached, or does not let pages of other sites read it.`,
    "Check the address and the connection, then load again.",
    { cause },
  );
}

export function connectionLost({ what }: Errand, arrived: number, total: number | undefined): AtelierError {
  const of = total === undefined ? "" : ` of ${total}`;
  return new AtelierError(
    "model/file-truncated",
    `${what} is cut off: the connection broke after ${arrived}${of} bytes, and did not get further in five tries.`,
    "Check the connection, then load again.",
  );
}

export function wrongSize({ what }: Errand, found: number, expected: number): AtelierError {
  return new AtelierError(
    "model/wrong-size",
    `${what} has ${found} bytes where ${expected} were announced.`,
    "The server may hold another version of the file. Load again, or choose another source.",
  );
}

export function changed({ what }: Errand): AtelierError {
  return new AtelierError(
    "model/file-changed",
    `${what} changed on the server while it was being read; its parts would not fit together.`,
    "Load the model again.",
  );
}

export function corrupted({ what }: Errand): AtelierError {
  return new AtelierError(
    "model/file-corrupted",
    `${what} arrived with other bytes than the hub announces: its checksum is wrong.`,
    "Load again. If this repeats, the server or something on the way damages the file.",
  );
}

export function badRange({ what, host }: Errand, said: string): AtelierError {
  return new AtelierError(
    "model/download-failed",
    `${what} could not be fetched: ${host} sent other bytes than were asked for (${said}).`,
    "Choose another source of this model.",
  );
}
