// What a page gave as words, put into the command's language: whatever holds a key and parameters becomes its text.
import { isErrorRecord } from "../base/errors.ts";
import type { Speaker } from "../language/speaker.ts";
import { isList, isWords } from "../words/message.ts";

/** A copy in which every error has a message and a hint, and all other words are texts. */
export function spoken(value: unknown, speaker: Speaker): unknown {
  if (Array.isArray(value)) return value.map((entry) => spoken(entry, speaker));
  if (typeof value !== "object" || value === null) return value;
  if (isErrorRecord(value)) {
    const { key, params, ...rest } = value;
    return { ...rest, ...speaker.error({ key, params }) };
  }
  if (isWords(value) || isList(value)) return speaker.text(value);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, spoken(entry, speaker)]));
}
