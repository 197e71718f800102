// JSON within JSON, as tables store lists and objects, and what in JSON cannot be kept as it stands.
import { words, type Words } from "../words/message.ts";
import { excerptAt } from "./excerpt.ts";
import { RecordFault } from "./fields.ts";
import { JsonScanner, skipBlanks } from "./json-scanner.ts";

/** The value of JSON text; what is no text comes back as it is. @throws RecordFault where the text is no JSON. */
export function parsedText(value: unknown, what: Words): unknown {
  if (typeof value !== "string") return value;
  const scanner = new JsonScanner();
  const scan = scanner.scan(value, 0);
  if (scan.kind !== "closed" || skipBlanks(value, scan.end) < value.length) {
    const why =
      scan.kind === "broken"
        ? words("json/at-column", { column: String(scan.at + 1), why: scan.why })
        : words(scan.kind === "open" ? "json/not-complete" : "json/more-after");
    throw new RecordFault("data/bad-field#json-text", { what, text: excerptAt(value), why });
  }
  if (scanner.twice !== undefined) throw new RecordFault("data/bad-field#key-twice", { what, key: excerptAt(scanner.twice) });
  const parsed = JSON.parse(value) as unknown;
  refuseHalves(value, parsed);
  return parsed;
}

/** @throws RecordFault where the value has a whole number that a double rounds: what is learned would differ from the file. */
export function refuseRounded(value: unknown, what: Words): void {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new RecordFault("data/bad-field#rounded", { what });
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
    throw new RecordFault("data/half-character", { escape: `\\u${half.charCodeAt(0).toString(16)}` });
  }
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      refuseHalves(undefined, key);
      refuseHalves(undefined, inner);
    }
  }
}
