// What the catalogs hold, as types. English is the one that the others are checked against.
import type { en } from "./en/catalog.ts";
import type { ParametersOf } from "./icu.ts";

/** An error says what happened and where, and what the user can do about it. */
export interface ErrorText {
  readonly message: string;
  readonly hint: string;
}

export interface Catalog {
  readonly messages: Readonly<Record<MessageKey, string>>;
  readonly errors: Readonly<Record<ErrorKey, ErrorText>>;
}

type Messages = (typeof en)["messages"];
type Errors = (typeof en)["errors"];

export type MessageKey = keyof Messages;
/** A code, and where one code is said in several ways, "#" and which. */
export type ErrorKey = keyof Errors;
export type ErrorCode = CodeOf<ErrorKey>;
type CodeOf<Key extends string> = Key extends `${infer Code}#${string}` ? Code : Key;

export type MessageParameters<Key extends MessageKey> = ParametersOf<Messages[Key]>;
export type ErrorParameters<Key extends ErrorKey> = Key extends ErrorKey
  ? ParametersOf<`${Errors[Key]["message"]} ${Errors[Key]["hint"]}`>
  : never;

/** Parameters as an argument that may be left out where there are none. */
export type Given<Parameters> = keyof Parameters extends never ? [parameters?: Record<never, never>] : [parameters: Parameters];
