// Words in records that were stored, by this version or another one, or that came in a file from anywhere. Versions before the
// catalogs stored sentences; these are shown as they are.
import { isRecord, type Json } from "../base/json.ts";
import type { ErrorRecord } from "../base/errors.ts";
import type { ErrorCode } from "../words/catalog.ts";
import type { Text } from "../words/message.ts";
import type { RunRecord } from "./run-record.ts";

/** Of the record of a run that failed before errors were keys, the sentences become parameters; what is no error at all goes. */
export function withCurrentError<Stored extends Pick<RunRecord, "error">>(record: Stored): Stored {
  if (record.error === undefined) return record;
  const { error, ...rest } = record;
  const current = currentError(error);
  return { ...rest, ...(current ? { error: current } : {}) } as Stored;
}

function currentError(stored: unknown): ErrorRecord | undefined {
  if (!isRecord(stored) || typeof stored["code"] !== "string") return undefined;
  const { code, key, params, message, hint } = stored;
  const details = typeof stored["details"] === "string" ? { details: stored["details"] } : {};
  if (isWords(stored)) return { code, key, params, ...details } as ErrorRecord;
  if (typeof message !== "string") return undefined;
  // A code that only another version has is no worse than one of this: nothing goes by it.
  return { code: code as ErrorCode, key: "run/told-before", params: { message, hint: typeof hint === "string" ? hint : "" }, ...details };
}

/** Whether a value has the shape of a text. Its key may be of another version; whoever says it copes with that. */
export function isText(value: unknown): value is Text {
  if (typeof value === "string") return true;
  if (!isRecord(value)) return false;
  return Array.isArray(value["list"]) ? isJoin(value["join"]) && value["list"].every(isText) : isWords(value);
}

function isWords({ key, params }: Json): boolean {
  if (typeof key !== "string" || !/^[a-z\d-]+\/[\w-]+(?:#[a-z\d-]+)?$/.test(key) || !isRecord(params)) return false;
  return Object.values(params).every((value) => typeof value === "number" || isText(value));
}

function isJoin(join: unknown): boolean {
  return ["and", "comma", "sentences"].some((known) => known === join);
}
