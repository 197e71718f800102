// Reading of tokenizer.json: what it holds is checked where it is used, and what is not known is refused by name. A step that was
// left out would give other tokens without a word.
import { AtelierError } from "../../base/errors.ts";
import { isRecord, type Json } from "../../base/json.ts";

export function requireRecord(value: unknown, what: string): Json {
  if (isRecord(value)) return value;
  throw invalidTokenizer(`${what} is no object`);
}

export function requireText(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw invalidTokenizer(`${what} is no text`);
}

export function requireList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidTokenizer(`${what} is no list`);
}

export function invalidTokenizer(what: string, cause?: unknown): AtelierError {
  return new AtelierError(
    "tokens/tokenizer-invalid",
    `The tokenizer cannot be used: ${what}.`,
    "Take tokenizer.json and tokenizer_config.json as the model's author published them.",
    { cause },
  );
}

/** For what the published implementation knows and this one does not. */
export function unknownPart(what: string, name: unknown): AtelierError {
  return new AtelierError(
    "tokens/tokenizer-invalid",
    `The tokenizer has the ${what} ${JSON.stringify(name) ?? "without a name"}, which Atelier does not know, so its tokens would be wrong.`,
    "Choose another model; those with a tokenizer of the kind BPE can be read.",
  );
}
