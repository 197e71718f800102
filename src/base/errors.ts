// One error type for the whole project. An error is a code to test and words for people, which are not said yet: a key of the
// catalogs with its parameters. Structured clone keeps only name, message and stack of an Error, so errors cross workers as
// plain records, and whoever shows one puts it into a language.
import type { ErrorCode, ErrorKey } from "../words/catalog.ts";
import { isWords, type ErrorParameters, type Given, type Values, type Words } from "../words/message.ts";

export interface ErrorRecord extends Words {
  /** Stable, slash-separated: area/what, e.g. "data/empty". What programs test. */
  readonly code: ErrorCode;
  /** What happened, naming the line, file or tensor, and what can be done: the code, or where it has several texts, "code#which". */
  readonly key: ErrorKey;
  readonly params: Values;
  /** Technical details for a bug report: a stack or the text of the underlying error. */
  readonly details?: string;
}

interface Options extends ErrorOptions {
  /** Where an error says of another one where it happened: that one's code. */
  readonly code?: ErrorCode;
}

/** What is thrown: a code to test, and the words that say it. */
export interface AtelierError extends Error, Words {
  readonly code: ErrorCode;
  readonly key: ErrorKey;
  readonly params: Values;
}

interface AtelierErrorClass {
  /** Takes a key with the parameters of its texts, which the compiler checks: `new AtelierError("data/empty", { name })`. */
  new <Key extends ErrorKey>(key: Key, ...given: [...Given<ErrorParameters<Key>>, options?: Options]): AtelierError;
  readonly prototype: AtelierError;
}

class KeyedError extends Error implements AtelierError {
  override readonly name = "AtelierError";
  readonly code: ErrorCode;
  readonly key: ErrorKey;
  readonly params: Values;

  constructor(key: ErrorKey, params: Values = {}, options: Options = {}) {
    // For a stack trace: keys and values, in no language.
    super(`${key} ${JSON.stringify(params)}`, options);
    this.code = options.code ?? codeOf(key);
    this.key = key;
    this.params = params;
  }
}

export const AtelierError = KeyedError as AtelierErrorClass;

/** The code of a key that may say which of several texts is meant. */
export function codeOf(key: string): ErrorCode {
  return key.split("#")[0] as ErrorCode;
}

/** Turns anything thrown into a record that survives `postMessage` and JSON. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (thrown instanceof AtelierError) {
    return { code: thrown.code, key: thrown.key, params: thrown.params, ...detailsOf(thrown.cause ?? thrown) };
  }
  if (isErrorRecord(thrown)) return thrown;
  if (isOutOfHostMemory(thrown)) {
    return { code: "host/out-of-memory", key: "host/out-of-memory", params: {}, ...detailsOf(thrown) };
  }
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal/unexpected", key: "internal/unexpected", params: { what }, ...detailsOf(thrown) };
}

/**
 * What browsers say where a buffer, a string or a heap is larger than they give, and where what crosses to a worker cannot be
 * copied. They tell it from faults only by its words, so this one place reads them: a negative length is a fault.
 */
const hostMemoryWords = [
  // Chromium
  /array buffer allocation failed/i,
  /invalid typed array length(?!: -)/i,
  /invalid array buffer length/i,
  /invalid string length/i,
  /(map|set) maximum size exceeded/i,
  /mappedAtCreation/,
  /unable to grow instance memory|could not allocate memory/i,
  // Firefox, Safari and all of them
  /allocation size overflow/i,
  /out of memory/i,
  /length too large|too large to allocate/i,
  // Comlink, of a result that cannot be copied: all results are plain data, so nothing but memory can be lacking.
  /unserializable return value/i,
];

/** Whether memory of the tab itself ran out, as opposed to that of a GPU. */
export function isOutOfHostMemory(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || thrown instanceof AtelierError) return false;
  const isKind = ["RangeError", "DataCloneError", "InternalError", "CompileError", "RuntimeError", "TypeError"].includes(thrown.name);
  return isKind && hostMemoryWords.some((words) => words.test(thrown.message));
}

/** The inverse of {@link toErrorRecord}: an error that can be thrown on this side of the boundary. */
export function fromErrorRecord({ code, key, params, details }: ErrorRecord): AtelierError {
  return new KeyedError(key, params, { code, cause: details });
}

/** Of what is noted and not thrown. */
export function errorRecord<Key extends ErrorKey>(key: Key, ...given: Given<ErrorParameters<Key>>): ErrorRecord {
  return { code: codeOf(key), key, params: given[0] ?? {} };
}

/** What happened, without what to do, as words that stand within others. */
export function messageOf({ key, params }: Words): Words {
  return { key, params };
}

/** What to do, as words that stand within others. */
export function hintOf({ key, params }: Words): Words {
  return { key, params, part: "hint" };
}

export function isErrorRecord(value: unknown): value is ErrorRecord {
  if (typeof value !== "object" || value === null || value instanceof Error) return false;
  return "code" in value && typeof value.code === "string" && isWords(value);
}

function detailsOf(cause: unknown): { details?: string } {
  if (cause instanceof Error) return { details: cause.stack ?? cause.message };
  return typeof cause === "string" ? { details: cause } : {};
}
