// Words that are not said yet: a key and its parameters. They cross workers and are stored; whoever reads them puts them into a
// language (language/speaker.ts).
import type { ErrorKey, Errors, MessageKey, Messages } from "./catalog.ts";
import type { ParametersOf } from "./icu.ts";

export interface Words {
  readonly key: MessageKey | ErrorKey;
  readonly params: Values;
  /** Of an error, what to do instead of what happened. */
  readonly part?: "hint";
}

/** Texts joined as the language joins them: "a, b and c", "a, b, c"; sentences with a space. */
export interface List {
  readonly list: readonly Text[];
  readonly join: "and" | "comma" | "sentences";
}

/** A text of no language, such as a name or what was found in a file; or words; or a list of both. */
export type Text = string | Words | List;

/** Numbers are written as the message asks; one that is a name, such as a status or an id, is given as a text. */
export type Values = Readonly<Record<string, Text | number>>;

export type MessageParameters<Key extends MessageKey> = ParametersOf<Messages[Key], Text>;
export type ErrorParameters<Key extends ErrorKey> = Key extends ErrorKey
  ? ParametersOf<`${Errors[Key]["message"]} ${Errors[Key]["hint"]}`, Text>
  : never;

/** Parameters as an argument that may be left out where there are none. */
export type Given<Parameters> = keyof Parameters extends never ? [parameters?: Record<never, never>] : [parameters: Parameters];

export function words<Key extends MessageKey>(key: Key, ...given: Given<MessageParameters<Key>>): Words {
  return { key, params: given[0] ?? {} };
}

/** Objects of other things may have keys of the same names, such as counts by what a file calls them; so what they hold counts too. */
export function isWords(value: object): value is Words {
  return "key" in value && typeof value.key === "string" && "params" in value && typeof value.params === "object" && value.params !== null;
}

export function isList(value: object): value is List {
  return "list" in value && Array.isArray(value.list) && "join" in value && typeof value.join === "string";
}

const listOf =
  (join: List["join"]) =>
  (list: readonly Text[]): List => ({ list, join });

export const and = listOf("and");
export const commas = listOf("comma");
export const sentences = listOf("sentences");
