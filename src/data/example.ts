// What a dataset becomes after parsing: chats. Every format ends here; nothing after this folder knows formats.

export const roles = ["system", "user", "assistant"] as const;
export type Role = (typeof roles)[number];

export interface ChatMessage {
  readonly role: Role;
  readonly content: string;
}

/** One training example: a chat with at least one assistant message. `line` is 1-based in the file it came from. */
export interface Example {
  readonly line: number;
  readonly messages: readonly ChatMessage[];
}

/** A line that cannot be used, and why. */
export interface DataIssue {
  readonly line: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface ParsedDataset {
  readonly name: string;
  /** What the file was recognized as, e.g. "messages", "prompt/completion", "instruction/output", "text". */
  readonly format: string;
  readonly examples: readonly Example[];
  readonly issues: readonly DataIssue[];
  /** Lines with content, valid or not. */
  readonly lineCount: number;
}
