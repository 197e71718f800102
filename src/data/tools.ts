// Tools and calls of tools, in the shapes that datasets have, to the one that chat templates are written for:
// {"type": "function", "function": {"name", …}}, with arguments as an object.
import { isRecord, type Json } from "../base/json.ts";
import { words, type Words } from "../words/message.ts";
import { describe, excerptAt } from "./excerpt.ts";
import { isEmpty, RecordFault, type Fields } from "./fields.ts";
import { parsedText, refuseRounded } from "./json-text.ts";

type Described = Readonly<Record<string, unknown>>;

const callShape = '{"name", "arguments"}';

/** `functions` is the older name of `tools`. Undefined where there are none. */
export function readTools(fields: Fields): readonly Described[] | undefined {
  const { key, value } = fields.takeFirst(["tools", "functions"]);
  const what = words("data/in-key", { key });
  const list = parsedText(value === "" ? null : value, what);
  if (isEmpty(list)) return undefined;
  const tools = (Array.isArray(list) ? list : [list]).map((tool, at) => readTool(tool, String(at + 1)));
  refuseRounded(tools, what);
  return tools;
}

/** The description of a function stands alone in many sets; templates expect it wrapped. */
function readTool(given: unknown, number: string): Described {
  const tool = parsedText(given, words("data/in-tool", { number }));
  if (isRecord(tool) && isRecord(tool["function"]) && typeof tool["function"]["name"] === "string") return { type: "function", ...tool };
  if (isRecord(tool) && typeof tool["name"] === "string") {
    const { type, ...described } = tool;
    return { type: "function", function: type === undefined || type === "function" ? described : tool };
  }
  throw new RecordFault("data/bad-field#tool", { number, found: isRecord(tool) ? words("data/unnamed-function") : describe(tool) });
}

/** What an assistant message calls, from `tool_calls` or the older `function_call`. */
export function readCalls(turn: Fields, where: Words): readonly Described[] {
  const key = ["tool_calls", "function_call"].find((name) => turn.has(name));
  return key === undefined ? [] : callsOf(turn, turn.take(key), key, where);
}

/** One call or a list of them, as JSON or as JSON text. */
export function callsOf(turn: Fields, value: unknown, key: string, where: Words): readonly Described[] {
  const parsed = parsedText(value, words("data/in-key-of", { key, where }));
  const [calls, path]: readonly [readonly unknown[], string] = Array.isArray(parsed) ? [parsed, `${key}[]`] : [[parsed], key];
  return calls.map((call) => {
    if (!isRecord(call)) throw new RecordFault("data/bad-field#call", { key, where, found: describe(call), shape: callShape });
    return readCall(turn.inner(call, path), key, where);
  });
}

function readCall(call: Fields, key: string, where: Words): Described {
  const wrapped = call.peek("function");
  const called = isRecord(wrapped) ? call.inner(call.take("function") as Json, "function") : call;
  const { value: name } = called.takeFirst(["name"]);
  if (typeof name !== "string" || name === "") throw new RecordFault("data/bad-field#call-name", { key, where, shape: callShape });
  const what = words("data/in-arguments", { name: excerptAt(name), where });
  const { value } = called.takeFirst(["arguments", "parameters"]);
  const parsed = parsedText(value === "" ? null : value, what) ?? {};
  if (!isRecord(parsed)) throw new RecordFault("data/bad-field#arguments", { name: excerptAt(name), where, found: describe(parsed) });
  refuseRounded(parsed, what);
  const id = call.peek("id");
  if (call.peek("type") === "function") call.take("type");
  if (typeof id === "string") call.take("id");
  return { ...(typeof id === "string" ? { id } : {}), type: "function", function: { name, arguments: parsed } };
}
