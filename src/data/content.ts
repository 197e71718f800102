// The content of a turn: text, a list of parts, or, of a tool, any JSON. Parts that are no text are refused by name: without them the
// answer would be learned for a question that nobody asked.
import { isRecord } from "../base/json.ts";
import type { Role } from "./example.ts";
import { describe, quote } from "./excerpt.ts";
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

const textTypes: ReadonlySet<unknown> = new Set([undefined, "text", "input_text", "output_text"]);

/** @param where e.g. "message 2" */
export function readContent(turn: Fields, role: Role, where: string): Content {
  const { key, value } = turn.takeFirst(contentKeys);
  const plain = (text: string): Content => ({ text, reasoning: "", calls: [] });
  if (typeof value === "string") return plain(value);
  // An assistant message may consist of calls or reasoning alone; whether this one does is for the caller to see.
  if ((value === undefined || value === null) && role === "assistant") return plain("");
  const parts = Array.isArray(value) ? value : [value];
  const areParts = parts.every((part) => typeof part === "string" || (isRecord(part) && typeof part["type"] === "string"));
  if (role === "tool" && !areParts && value !== undefined && value !== null) {
    refuseRounded(value, `a result in ${where}`);
    return plain(JSON.stringify(value));
  }
  if (!Array.isArray(value) && !areParts) throw new RecordFault(`has a "${key}" in ${where} that is ${describe(value)}; expected text.`);
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

function readPart(turn: Fields, part: unknown, key: string, role: Role, where: string): Content {
  if (typeof part === "string") return { text: part, reasoning: "", calls: [] };
  if (!isRecord(part))
    throw new RecordFault(`has a part of "${key}" in ${where} that is ${describe(part)}; expected {"type": "text", "text"}.`);
  const fields = turn.inner(part, Array.isArray(turn.peek(key)) ? `${key}[]` : key);
  const type = fields.take("type");
  const isReasoning = role === "assistant" && (type === "reasoning" || type === "thinking");
  const isCall = role === "assistant" && type === "tool_call";
  if (!textTypes.has(type) && !isReasoning && !isCall) {
    throw new RecordFault(
      `has a part of the type ${typeof type === "string" ? quote(type) : describe(type)} in ${where}; only text can be learned.`,
      "data/unsupported",
      "Leave the line out, or put what the part shows into words.",
    );
  }
  const { key: textKey, value } = fields.takeFirst(partKeys);
  if (isCall) return { text: "", reasoning: "", calls: callsOf(fields, value, textKey, where) };
  if (typeof value !== "string") throw new RecordFault(`has a part in ${where} whose "${textKey}" is ${describe(value)}; expected text.`);
  return { text: isReasoning ? "" : value, reasoning: isReasoning ? value : "", calls: [] };
}
