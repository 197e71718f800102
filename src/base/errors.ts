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
  return {
    code: "internal/unexpected",
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: "This is a fault in Atelier, not in your data. Copy the details and report them.",
    ...detailsOf(thrown),
  };
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
