// The record shapes that datasets come in, as a table. Adding one is adding a row. A row says which keys it takes, and
// reads a record into messages or says what is wrong with it.
import { roles, type ChatMessage, type Role } from "./example.ts";

type Fields = Readonly<Record<string, unknown>>;
/** Messages, or what is wrong, as the end of a sentence that starts with "Line 3". */
type Reading = readonly ChatMessage[] | string;

export interface DatasetFormat {
  readonly name: string;
  readonly accepts: (record: Fields) => boolean;
  readonly read: (record: Fields) => Reading;
}

export const datasetFormats: readonly DatasetFormat[] = [
  {
    name: "messages",
    accepts: (record) => "messages" in record,
    read: (record) => readTurns(record["messages"], "messages", "role", "content"),
  },
  {
    name: "conversations",
    accepts: (record) => "conversations" in record,
    read: (record) => readTurns(record["conversations"], "conversations", "from", "value"),
  },
  pairFormat("prompt", "completion"),
  pairFormat("prompt", "response"),
  pairFormat("question", "answer"),
  {
    name: "instruction/output",
    accepts: (record) => "instruction" in record && "output" in record,
    read: (record) => {
      const input = record["input"] ?? "";
      if (typeof input !== "string") return `has an "input" that is ${describe(input)}; expected text.`;
      const pair = readPair(record, "instruction", "output");
      return typeof pair === "string" || input.trim() === ""
        ? pair
        : pair.map((message) => (message.role === "user" ? { ...message, content: `${message.content}\n\n${input}` } : message));
    },
  },
];

/** For the hint of a record that fits no row. */
export const acceptedKeys = `{"messages": [{"role", "content"}]}, {"conversations": [{"from", "value"}]}, {"prompt", "completion"}, {"prompt", "response"}, {"question", "answer"} or {"instruction", "input", "output"}`;

function pairFormat(question: string, answer: string): DatasetFormat {
  return {
    name: `${question}/${answer}`,
    accepts: (record) => question in record && answer in record,
    read: (record) => readPair(record, question, answer),
  };
}

function readPair(record: Fields, question: string, answer: string): Reading {
  const system = record["system"] ?? "";
  for (const [key, value] of [
    [question, record[question]],
    [answer, record[answer]],
    ["system", system],
  ] as const) {
    if (typeof value !== "string") return `has a "${key}" that is ${describe(value)}; expected text.`;
    if (value.trim() === "" && key !== "system") return `has an empty "${key}".`;
  }
  const turns: readonly ChatMessage[] = [
    { role: "user", content: record[question] as string },
    { role: "assistant", content: record[answer] as string },
  ];
  return system === "" ? turns : [{ role: "system", content: system as string }, ...turns];
}

const roleNames: Readonly<Record<string, Role>> = {
  human: "user",
  gpt: "assistant",
  bot: "assistant",
  model: "assistant",
  ...Object.fromEntries(roles.map((role) => [role, role])),
};

function readTurns(turns: unknown, list: string, roleKey: string, textKey: string): Reading {
  if (!Array.isArray(turns)) return `has "${list}" that are ${describe(turns)}; expected a list.`;
  const messages: ChatMessage[] = [];
  for (const [at, turn] of turns.entries()) {
    const { [roleKey]: role, [textKey]: content } = (typeof turn === "object" && turn !== null ? turn : {}) as Record<string, unknown>;
    const known = typeof role === "string" && Object.hasOwn(roleNames, role) ? roleNames[role] : undefined;
    if (!known) return `has the ${roleKey} ${JSON.stringify(role) ?? "nothing"} in message ${at + 1}; expected ${roles.join(", ")}.`;
    if (typeof content !== "string") return `has a "${textKey}" in message ${at + 1} that is ${describe(content)}; expected text.`;
    messages.push({ role: known, content });
  }
  const hasAnswer = messages.some(({ role, content }) => role === "assistant" && content.trim() !== "");
  return hasAnswer ? messages : "has no assistant message, so there is nothing to learn from it.";
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `the ${typeof value} ${JSON.stringify(value)}`;
}
