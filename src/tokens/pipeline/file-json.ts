// Reading of tokenizer.json: what it holds is checked where it is used, and what is not known is refused by name. A step that was
// left out would give other tokens without a word.
import { AtelierError } from "../../base/errors.ts";
import { isRecord, type Json } from "../../base/json.ts";
import { type MessageParameters, type Text, type Words, words } from "../../words/message.ts";

export function requireRecord(value: unknown, what: Text): Json {
  if (isRecord(value)) return value;
  throw invalidTokenizer(words("tokens/no-object", { what }));
}

export function requireText(value: unknown, what: Text): string {
  if (typeof value === "string") return value;
  throw invalidTokenizer(words("tokens/no-text", { what }));
}

export function requireList(value: unknown, what: Text): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidTokenizer(words("tokens/no-list", { what }));
}

/** @param what as the end of a sentence */
export function invalidTokenizer(what: Words, cause?: unknown): AtelierError {
  return new AtelierError("tokens/tokenizer-invalid", { what }, { cause });
}

/** For what the published implementation knows and this one does not. */
export function unknownPart(part: MessageParameters<"tokens/part">["part"], name: Text): AtelierError {
  return new AtelierError("tokens/tokenizer-invalid#unknown", { what: words("tokens/part", { part, name }) });
}

/** As {@link unknownPart}, of the value of a key. */
export function unknownSetting(key: string, value: unknown): AtelierError {
  return new AtelierError("tokens/tokenizer-invalid#unknown", { what: words("tokens/setting", { key, value: quoted(value) }) });
}

/** What a file holds, as it stands there. */
export function quoted(value: unknown): Text {
  return JSON.stringify(value) ?? words("tokens/without-name");
}
