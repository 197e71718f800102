// Comlink keeps only name, message and stack of an error. This handler carries the whole record instead. Both sides of
// every worker call `registerErrorTransfer` before anything else.
import { transferHandlers } from "comlink";
import { AtelierError, fromErrorRecord, toErrorRecord, type ErrorRecord } from "../base/errors.ts";
import type { Text } from "../words/message.ts";

type ThrownMessage = { readonly value: unknown };

const isThrown = (value: unknown): value is ThrownMessage =>
  typeof value === "object" && value !== null && "value" in value && isMarked(value);

/** Comlink marks what was thrown by a symbol of its own; only its "throw" handler knows it. */
let isMarked: (value: object) => boolean = () => false;

export function registerErrorTransfer(): void {
  const comlinkHandler = transferHandlers.get("throw");
  if (!comlinkHandler) throw new Error("Comlink has no handler for thrown values");
  isMarked = (value) => comlinkHandler.canHandle(value);
  transferHandlers.set("throw", {
    canHandle: isThrown,
    serialize: ({ value }: ThrownMessage) => [toErrorRecord(value), []],
    deserialize: (record: ErrorRecord) => {
      throw fromErrorRecord(record);
    },
  });
}

/**
 * For workers: a call that cannot be unpacked would never be answered. The worker dies of it instead, and the page, which
 * hears of that, starts another.
 */
export function dieOfUnreadableCalls(scope: EventTarget): void {
  scope.addEventListener("messageerror", () => {
    throw new AtelierError(unreadableCall);
  });
}

const unreadableCall = "host/out-of-memory#call";

/**
 * For the page: why a worker died. Of what ends it the browser hands over the text alone, which for our own errors begins with
 * their key.
 * @param text as the worker's "error" event has it
 */
export function lastWords(text: string): Text {
  return text.includes(unreadableCall) ? { key: unreadableCall, params: {} } : text;
}
