// One error type for the whole project. An error has a code to test, a sentence that says what happened and where,
// and a hint that says what to do. Structured clone keeps only name, message and stack of an Error, so errors cross
// workers as plain records. Code never tests `message`.

export interface ErrorRecord {
  /** Stable, slash-separated: area/what, e.g. "data/not-json". */
  readonly code: string;
  /** What happened, naming the line, file or tensor. */
  readonly message: string;
  /** What the user can do about it. */
  readonly hint: string;
  /** Technical details for a bug report: a stack or the text of the underlying error. */
  readonly details?: string;
}

export class AtelierError extends Error {
  override readonly name = "AtelierError";
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** Turns anything thrown into a record that survives `postMessage` and JSON. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (thrown instanceof AtelierError) {
    return {
      code: thrown.code,
      message: thrown.message,
      hint: thrown.hint,
      ...detailsOf(thrown.cause ?? thrown),
    };
  }
  if (isErrorRecord(thrown)) return thrown;
  if (isOutOfHostMemory(thrown)) {
    return {
      code: "host/out-of-memory",
      message: "The browser could not give this tab as much memory as was asked for: what it works on is too large.",
      hint: "Choose a smaller model, batch, sequence length or file, and close other tabs.",
      ...detailsOf(thrown),
    };
  }
  return {
    code: "internal/unexpected",
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: "This is a fault in Atelier, not in your data. Copy the details and report them.",
    ...detailsOf(thrown),
  };
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
export function fromErrorRecord(record: ErrorRecord): AtelierError {
  return new AtelierError(record.code, record.message, record.hint, { cause: record.details });
}

export function isErrorRecord(value: unknown): value is ErrorRecord {
  return (
    typeof value === "object" && value !== null && !(value instanceof Error) && "code" in value && "message" in value && "hint" in value
  );
}

function detailsOf(cause: unknown): { details?: string } {
  if (cause instanceof Error) return { details: cause.stack ?? cause.message };
  return typeof cause === "string" ? { details: cause } : {};
}
