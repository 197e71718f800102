// The content of a turn: text, a list of parts, or, of a tool, any JSON. Parts that are no text are refused by name: without them the
// answer would be learned for a question that nobody asked.
import { isRecord } from "../base/json.ts";
import { words, type Words } from "../words/message.ts";
import type { Role } from "./example.ts";
import { describe, describeBriefly } from "./excerpt.ts";
import { RecordFault, type Fields } from "./fields.ts";
import { refuseRounded } from "./json-text.ts";
import { callsOf } from "./tools.ts";

export interface Content {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly Readonly<Record<string, unknown>>[];
}

/** As the chat API, ShareGPT and OpenAssistant name it. */
const contentKeys = ["content", "value", "text"] as const;

/** Of parts: beside a "text" of the chat API, "value" of LLaMA-Factory and "content" or "thinking" of others. */
const partKeys = ["text", "value", "content", "thinking", "reasoning"] as const;

const partShape = '{"type": "text", "text"}';

const textTypes: ReadonlySet<unknown> = new Set([undefined, "text", "input_text", "output_text"]);

/** @param where message 2 of its list */
export function readContent(turn: Fields, role: Role, where: Words): Content {
  const { key, value } = turn.takeFirst(contentKeys);
  const plain = (text: string): Content => ({ text, reasoning: "", calls: [] });
  if (typeof value === "string") return plain(value);
  // An assistant message may consist of calls or reasoning alone; whether this one does is for the caller to see.
  if ((value === undefined || value === null) && role === "assistant") return plain("");
  const parts = Array.isArray(value) ? value : [value];
  const areParts = parts.every((part) => typeof part === "string" || (isRecord(part) && typeof part["type"] === "string"));
  if (role === "tool" && !areParts && value !== undefined && value !== null) {
    refuseRounded(value, words("data/in-result", { where }));
    return plain(JSON.stringify(value));
  }
  if (!Array.isArray(value) && !areParts) throw new RecordFault("data/bad-field#not-text-in", { key, where, found: describe(value) });
  return joined(parts.map((part) => readPart(turn, part, key, role, where)));
}

/** As templates join them: with nothing in between. */
function joined(contents: readonly Content[]): Content {
  return {
    text: contents.map(({ text }) => text).join(""),
    reasoning: contents.map(({ reasoning }) => reasoning).join(""),
    calls: contents.flatMap(({ calls }) => calls),
  };
}

function readPart(turn: Fields, part: unknown, key: string, role: Role, where: Words): Content {
  if (typeof part === "string") return { text: part, reasoning: "", calls: [] };
  if (!isRecord(part)) throw new RecordFault("data/bad-field#part", { key, where, found: describe(part), shape: partShape });
  const fields = turn.inner(part, Array.isArray(turn.peek(key)) ? `${key}[]` : key);
  const type = fields.take("type");
  const isReasoning = role === "assistant" && (type === "reasoning" || type === "thinking");
  const isCall = role === "assistant" && type === "tool_call";
  if (!textTypes.has(type) && !isReasoning && !isCall) {
    throw new RecordFault("data/unsupported#part", { found: describeBriefly(type), where });
  }
  const { key: textKey, value } = fields.takeFirst(partKeys);
  if (isCall) return { text: "", reasoning: "", calls: callsOf(fields, value, textKey, where) };
  if (typeof value !== "string") throw new RecordFault("data/bad-field#part-text", { where, key: textKey, found: describe(value) });
  return { text: isReasoning ? "" : value, reasoning: isReasoning ? value : "", calls: [] };
}
