// JSON within JSON, as tables store lists and objects, and what in JSON cannot be kept as it stands.
import { describe, quote } from "./excerpt.ts";
import { RecordFault } from "./fields.ts";
import { JsonScanner, skipBlanks } from "./json-scanner.ts";

/** The value of JSON text; what is no text comes back as it is. @throws RecordFault where the text is no JSON. */
export function parsedText(value: unknown, what: string): unknown {
  if (typeof value !== "string") return value;
  const scanner = new JsonScanner();
  const scan = scanner.scan(value, 0);
  if (scan.kind !== "closed" || skipBlanks(value, scan.end) < value.length) {
    const why =
      scan.kind === "broken"
        ? `column ${scan.at + 1}: ${scan.why}`
        : scan.kind === "open"
          ? "it is not complete"
          : "there is more after it";
    throw new RecordFault(`has ${what} that is ${describe(value)}, which is not JSON (${why}).`);
  }
  if (scanner.twice !== undefined) throw new RecordFault(`has ${what} with the key ${quote(scanner.twice)} twice in one object.`);
  const parsed = JSON.parse(value) as unknown;
  refuseHalves(value, parsed);
  return parsed;
}

/** @throws RecordFault where the value has a whole number that a double rounds: what is learned would differ from the file. */
export function refuseRounded(value: unknown, what: string): void {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new RecordFault(`has ${what} with a number that is too large to be kept exactly.`, "data/bad-field", "Write the number as text.");
  if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) refuseRounded(inner, what);
}

/**
 * An escape such as \ud800 without its second half is no character: encoding it as UTF-8 would put U+FFFD in its place.
 *
 * @param source the JSON text where it is known: without such escapes there is nothing to look for
 * @throws RecordFault `data/half-character`
 */
export function refuseHalves(source: string | undefined, value: unknown): void {
  if (source !== undefined && !/\\u[dD][89a-fA-F]/.test(source)) return;
  if (typeof value === "string") {
    const half = /\p{Cs}/u.exec(value)?.[0];
    if (half === undefined) return;
    throw new RecordFault(
      `has a text with \\u${half.charCodeAt(0).toString(16)}, which is half of a character without its other half.`,
      "data/half-character",
      "The text was cut within a character, such as an emoji: cut it elsewhere, or remove the escape.",
    );
  }
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      refuseHalves(undefined, key);
      refuseHalves(undefined, inner);
    }
  }
}
