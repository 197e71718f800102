// The record shapes that datasets come in, as a table. Adding one is adding a row. A row says which keys it needs, and reads a record
// into messages or text. The first row wins whose keys all have content; the keys of other rows are then named as not used.
import type { ChatExample, ChatMessage, TextExample } from "./example.ts";
import { describe } from "./excerpt.ts";
import { isEmpty, RecordFault, type Fields } from "./fields.ts";
import { readTools } from "./tools.ts";
import { isAnswer, readTurns } from "./turns.ts";

/** An example without its place in the file. */
export type Reading = Omit<ChatExample, "line"> | Omit<TextExample, "line">;

export interface DatasetFormat {
  readonly name: string;
  readonly needs: readonly string[];
  /** What stands under the first key, as it is shown to people; the other keys are `needs` and `details`. */
  readonly turns?: string;
  /** Keys whose text follows the question after a blank line. */
  readonly details?: readonly string[];
  /** @throws RecordFault */
  readonly read: (fields: Fields) => Reading;
}

export const datasetFormats: readonly DatasetFormat[] = [
  listFormat("messages", "role", "content"),
  listFormat("conversations", "from", "value"),
  listFormat("conversation", "role", "content"),
  listFormat("dialog", "role", "content"),
  listFormat("dialogue", "role", "content"),
  listFormat("chat", "role", "content"),
  pairFormat("instruction", "output", "input", "context"),
  pairFormat("instruction", "response", "input", "context"),
  pairFormat("instruction", "completion", "input", "context"),
  pairFormat("instruction", "answer", "input", "context"),
  pairFormat("prompt", "completion"),
  pairFormat("prompt", "response"),
  pairFormat("prompt", "output"),
  pairFormat("prompt", "answer"),
  pairFormat("question", "answer", "context"),
  pairFormat("question", "response", "context"),
  pairFormat("question", "output", "context"),
  pairFormat("query", "response", "context"),
  pairFormat("query", "answer", "context"),
  pairFormat("input", "output", "context"),
  pairFormat("input", "response", "context"),
  pairFormat("inputs", "targets"),
  { name: "text", needs: ["text"], read: (fields) => ({ kind: "text", text: readText(fields, "text") }) },
];

/** For the hint of a record that fits no row. */
export const acceptedKeys = [...new Set(datasetFormats.map(alike))]
  .map((kind) => shapeOf(datasetFormats.filter((row) => alike(row) === kind)))
  .join(", ");

/** Rows that differ in one key are shown as one. */
function alike({ needs, turns }: DatasetFormat): string {
  return turns ?? (needs[0] as string);
}

function shapeOf(rows: readonly DatasetFormat[]): string {
  const [{ needs, turns, details = [] }] = rows as readonly [DatasetFormat];
  const oneOf = (at: number): string => [...new Set(rows.map((row) => `"${row.needs[at]}"`))].join(" | ");
  if (turns !== undefined) return `{${oneOf(0)}: ${turns}}`;
  return `{${[`"${needs[0]}"`, ...details.map((key) => `"${key}"`), ...(needs.length > 1 ? [oneOf(1)] : [])].join(", ")}}`;
}

/** The row for a record; keys without content count only where no row has more. */
export function formatOf(fields: Fields): DatasetFormat | undefined {
  return (
    datasetFormats.find(({ needs }) => needs.every((key) => fields.has(key))) ??
    datasetFormats.find(({ needs }) => needs.every((key) => fields.peek(key) !== undefined))
  );
}

function listFormat(list: string, role: string, content: string): DatasetFormat {
  return {
    name: list,
    needs: [list],
    turns: `[{"${role}", "${content}"}]`,
    read: (fields) => chat(fields, withSystem(fields, readTurns(fields, list))),
  };
}

function pairFormat(question: string, answer: string, ...details: readonly string[]): DatasetFormat {
  return {
    name: `${question}/${answer}`,
    needs: [question, answer],
    details,
    read: (fields) => {
      const asked = readQuestion(fields, question, details);
      const answered = isText(fields.peek(answer))
        ? [{ role: "assistant", content: readText(fields, answer) } as const]
        : readTurns(fields, answer);
      if (!answered.some(isAnswer)) throw new RecordFault("data/bad-field#no-answer-in", { key: answer });
      return chat(fields, withSystem(fields, [...asked, ...answered]));
    },
  };
}

/** With the turns before it: those of a list of messages, or of Alpaca's history. Their answers are context, as in TRL. */
function readQuestion(fields: Fields, question: string, details: readonly string[]): readonly ChatMessage[] {
  if (!isText(fields.peek(question))) return readTurns(fields, question).map(asContext);
  const texts = [question, ...details.filter((key) => fields.has(key))].map((key) => {
    const text = fields.take(key);
    if (typeof text !== "string") throw new RecordFault("data/bad-field#not-text", { key, found: describe(text) });
    return text;
  });
  const filled = texts.filter((text) => text.trim() !== "");
  if (filled.length === 0) throw new RecordFault("data/bad-field#empty", { key: question });
  return [...readHistory(fields), { role: "user", content: filled.join("\n\n") }];
}

/** Alpaca's earlier turns: a list of [question, answer]. */
function readHistory(fields: Fields): readonly ChatMessage[] {
  if (!fields.has("history")) return [];
  const pairs = fields.take("history");
  if (!Array.isArray(pairs)) throw new RecordFault("data/bad-field#history", { found: describe(pairs) });
  return pairs.flatMap((pair: unknown, at): readonly ChatMessage[] => {
    const [question, answer, ...more] = Array.isArray(pair) ? (pair as unknown[]) : [];
    if (typeof question !== "string" || typeof answer !== "string" || more.length > 0)
      throw new RecordFault("data/bad-field#history-entry", { number: String(at + 1) });
    // Tables fill their columns with empty pairs.
    if (question === "" && answer === "") return [];
    return [{ role: "user", content: question }, asContext({ role: "assistant", content: answer })];
  });
}

function asContext(message: ChatMessage): ChatMessage {
  if (message.role !== "assistant" || message.learned === "never") return message;
  return { ...message, learned: isAnswer(message) ? "with-everything" : "never" };
}

/** A system turn that the list has itself stands; the key beside it is then named as not used, unless both say the same. */
function withSystem(fields: Fields, messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const key = ["system", "system_prompt"].find((name) => fields.has(name));
  if (key === undefined) return messages;
  const content = fields.peek(key);
  if (typeof content !== "string") throw new RecordFault("data/bad-field#not-text", { key, found: describe(content) });
  const own = messages[0]?.role === "system" ? messages[0].content : undefined;
  if (content.trim() === "" || own === content) fields.take(key);
  return own === undefined && content.trim() !== "" ? [{ role: "system", content: fields.take(key) as string }, ...messages] : messages;
}

function chat(fields: Fields, messages: readonly ChatMessage[]): Reading {
  if (!messages.some(isAnswer)) throw new RecordFault("data/bad-field#no-answer");
  const tools = readTools(fields);
  return { kind: "chat", messages, ...(tools ? { tools } : {}) };
}

function readText(fields: Fields, key: string): string {
  const text = fields.take(key);
  if (typeof text !== "string") throw new RecordFault("data/bad-field#not-text", { key, found: describe(text) });
  if (text.trim() === "") throw new RecordFault("data/bad-field#empty", { key });
  return text;
}

/** Anything but messages is read as text, and refused there where it is none. */
function isText(value: unknown): boolean {
  return isEmpty(value) || typeof value !== "object";
}
