// Two conversations, one with the base model and one with a tuned one, and how their answers are sampled.
import { create } from "zustand";
import type { Text } from "../words/message.ts";
import type { ChatMessage, ErrorRecord } from "./view-types.ts";

const chatModes = ["base", "tuned", "both"] as const;
export type ChatMode = (typeof chatModes)[number];
export type ChatSource = "base" | "tuned";

export interface Turn {
  readonly id: number;
  readonly role: "user" | "assistant";
  readonly content: string;
  /** Who answered: the base or the name of the run. */
  readonly author?: Text;
  readonly state: "waiting" | "writing" | "done" | "stopped" | "failed";
  readonly tokensPerSecond?: number;
  /** Of how it was computed. */
  readonly notes?: readonly Text[];
  /** The answer reached the limit of tokens. */
  readonly cut?: boolean;
  readonly error?: ErrorRecord;
}

export interface ChatState {
  /** Null until the user chose: both where there is a run, else the base. */
  readonly mode: ChatMode | null;
  /** The run that answers as "tuned"; null: the one that is looked at. */
  readonly runId: string | null;
  readonly panes: Readonly<Record<ChatSource, readonly Turn[]>>;
  readonly answering: ChatSource | null;
  readonly system: string;
  readonly remember: boolean;
  /** Whether what is typed is a text to continue, and no question; null until the user chose: see {@link continuesNow}. */
  readonly continues: boolean | null;
}

export const useChat = create<ChatState>(() => ({
  mode: null,
  runId: null,
  panes: { base: [], tuned: [] },
  answering: null,
  system: "",
  remember: true,
  continues: null,
}));

export const sourcesOf = { base: ["base"], tuned: ["tuned"], both: ["base", "tuned"] } as const satisfies Record<
  ChatMode,
  readonly ChatSource[]
>;

/** What the model is told: the system prompt, the earlier turns that came to an end, and the new question. */
export function promptMessages(turns: readonly Turn[], system: string, remember: boolean, question: string): ChatMessage[] {
  const messages: ChatMessage[] = system.trim() === "" ? [] : [{ role: "system", content: system.trim() }];
  for (const [at, turn] of (remember ? turns : []).entries()) {
    const answer = turns[at + 1];
    if (turn.role !== "user" || !answer || answer.role !== "assistant" || answer.content.trim() === "") continue;
    messages.push({ role: "user", content: turn.content }, { role: "assistant", content: answer.content });
  }
  return [...messages, { role: "user", content: question }];
}
