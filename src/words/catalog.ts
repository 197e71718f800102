// What the catalogs hold, as types. English is the one that the others are checked against.
import type { en } from "./en/catalog.ts";

/** An error says what happened and where, and what the user can do about it. */
export interface ErrorText {
  readonly message: string;
  readonly hint: string;
}

export interface Catalog {
  readonly messages: Readonly<Record<MessageKey, string>>;
  readonly errors: Readonly<Record<ErrorKey, ErrorText>>;
}

export type Messages = (typeof en)["messages"];
export type Errors = (typeof en)["errors"];

export type MessageKey = keyof Messages;
/** A code, and where one code is said in several ways, "#" and which. */
export type ErrorKey = keyof Errors;
export type ErrorCode = CodeOf<ErrorKey>;
type CodeOf<Key extends string> = Key extends `${infer Code}#${string}` ? Code : Key;
