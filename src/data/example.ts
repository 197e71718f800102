// What a dataset becomes after parsing: chats and documents. Every format ends here; nothing after this folder knows formats.
import type { ErrorRecord } from "../base/errors.ts";
import type { Mapping } from "./mapped-roles.ts";
import type { SourceFile } from "./sources.ts";

export const roles = ["system", "user", "assistant", "tool"] as const;
export type Role = (typeof roles)[number];

/** Keys as in the chat API that templates are written for; absent where the file has none. */
export interface ChatMessage {
  readonly role: Role;
  /** Empty where an assistant message only calls tools. */
  readonly content: string;
  readonly name?: string;
  readonly reasoning_content?: string;
  /** `{id?, type: "function", function: {name, arguments}}`; arguments are an object, as templates expect. */
  readonly tool_calls?: readonly Readonly<Record<string, unknown>>[];
  readonly tool_call_id?: string;
  /**
   * Of an assistant message, where the file decides whether it is learned: "never" (`weight: 0`, `train: false`, `loss: false`, or
   * nothing in it), or "with-everything" (a turn of Alpaca's `history` or of a prompt that is a list of messages, which is context
   * unless the user asks to learn everything).
   */
  readonly learned?: "never" | "with-everything";
}

/** A chat with at least one assistant message. `line` is 1-based and runs through all files of the dataset; in a JSON array it counts objects. */
export interface ChatExample {
  readonly kind: "chat";
  readonly line: number;
  readonly messages: readonly ChatMessage[];
  /** Descriptions of functions, as templates take them. */
  readonly tools?: readonly Readonly<Record<string, unknown>>[];
}

/** A text that is learned as it stands. */
export interface TextExample {
  readonly kind: "text";
  readonly line: number;
  readonly text: string;
}

/** One training example. */
export type Example = ChatExample | TextExample;

/** A line that cannot be used, and why. `line` is a place in all files of the dataset. */
export interface DataIssue extends ErrorRecord {
  readonly line: number;
}

export interface ParsedDataset {
  readonly name: string;
  /** What the file was recognized as, e.g. "messages", "prompt/completion", "instruction/output", "text". */
  readonly format: string;
  readonly examples: readonly Example[];
  readonly issues: readonly DataIssue[];
  /** What is counted: lines, or objects where some file is not one line a record. */
  readonly unit: "line" | "object";
  /** The files; `line` of an example is its place in all of them, see {@link placeIn}. */
  readonly sources: readonly SourceFile[];
  /** What the user said that the keys are. */
  readonly mapping?: Mapping;
  /** Records with content, valid or not: lines, or the objects of an array. */
  readonly lineCount: number;
  /** Keys that were not used, with the number of records that have them: `category`, `messages[].refusal`. "…" are others. */
  readonly ignored: Readonly<Record<string, number>>;
}
