// A list of turns, however its keys and roles are spelled, to messages.
import { isRecord } from "../base/json.ts";
import { commas, words, type Words } from "../words/message.ts";
import { readContent, type Content } from "./content.ts";
import { roles, type ChatMessage, type Role } from "./example.ts";
import { describe, describeBriefly } from "./excerpt.ts";
import { isEmpty, RecordFault, type Fields } from "./fields.ts";
import { parsedText } from "./json-text.ts";
import { callsOf, readCalls } from "./tools.ts";

/** Names of roles, in small letters and without spaces and underscores. */
const roleNames: Readonly<Record<string, Role | "call">> = {
  ...namesOf("system", "developer"),
  ...namesOf("user", "human", "prompter", "input"),
  ...namesOf("assistant", "gpt", "chatgpt", "bing", "bard", "bot", "chatbot", "model", "ai", "output"),
  ...namesOf("tool", "function", "observation", "ipython", "toolresponse", "toolresult", "functionresponse"),
  // A turn whose content is the call itself, as LLaMA-Factory and ms-swift have it.
  functioncall: "call",
  toolcall: "call",
};

function namesOf(role: Role, ...others: readonly string[]): Readonly<Record<string, Role>> {
  return Object.fromEntries([role, ...others].map((name) => [name, role]));
}

const roleKeys = ["role", "from"] as const;
const reasoningKeys = ["reasoning_content", "reasoning", "thinking"] as const;
/** OpenAI and mistral-finetune, LLaMA-Factory, axolotl, ms-swift. */
const learnKeys = ["weight", "loss_weight", "train", "training", "loss", "trainable"] as const;

/** Takes a list of turns, a single one, or either of them as JSON text. */
export function readTurns(fields: Fields, list: string): readonly ChatMessage[] {
  const value = fields.take(list);
  const parsed = typeof value === "string" && !/^\s*[[{]/.test(value) ? value : parsedText(value, words("data/in-key", { key: list }));
  if (!Array.isArray(parsed) && !isRecord(parsed)) throw new RecordFault("data/bad-field#not-list", { key: list, found: describe(value) });
  const [turns, path]: readonly [readonly unknown[], string] = Array.isArray(parsed) ? [parsed, `${list}[]`] : [[parsed], list];
  return turns.flatMap((turn, at) => {
    const where = words("data/message", { number: String(at + 1), list });
    if (!isRecord(turn)) throw new RecordFault("data/bad-field#not-message", { where, found: describe(turn) });
    const turnFields = fields.inner(turn, path);
    const isPair = !roleKeys.some((key) => turnFields.has(key)) && "input" in turn && "output" in turn;
    return isPair ? readPairTurn(turnFields, where) : [readMessage(turnFields, where)];
  });
}

/** Whether there is something to learn in a message. Blank text is no answer. */
export function isAnswer({ role, content, reasoning_content: reasoning, tool_calls: calls }: ChatMessage): boolean {
  return role === "assistant" && (content.trim() !== "" || (reasoning ?? "").trim() !== "" || !isEmpty(calls));
}

/** XTuner's and Capybara's turns hold a question and its answer. */
function readPairTurn(turn: Fields, where: Words): readonly ChatMessage[] {
  const texts = (["system", "input", "output"] as const).map((key) => {
    const text = turn.take(key) ?? "";
    if (typeof text !== "string") throw new RecordFault("data/bad-field#not-text-in", { key, where, found: describe(text) });
    return text;
  });
  const [system = "", question = "", answer = ""] = texts;
  const opening: readonly ChatMessage[] = [
    { role: "system", content: system },
    { role: "user", content: question },
  ];
  return [
    ...opening.filter(({ content }) => content !== ""),
    withLearned({ role: "assistant", content: answer }, readLearned(turn, "assistant", where)),
  ];
}

function readMessage(turn: Fields, where: Words): ChatMessage {
  const named = readRole(turn, where);
  const role = named === "call" ? "assistant" : named;
  const never = readLearned(turn, role, where);
  const content = named === "call" ? readCallTurn(turn, where) : readContent(turn, role, where);
  const name = turn.peek("name");
  const callId = turn.peek("tool_call_id");
  const message: ChatMessage = {
    role,
    content: content.text,
    ...(typeof name === "string" && turn.has("name") ? { name: turn.take("name") as string } : {}),
    ...(role === "tool" && typeof callId === "string" ? { tool_call_id: turn.take("tool_call_id") as string } : {}),
  };
  return role === "assistant" ? withLearned(readAnswer(turn, message, content, where), never) : message;
}

function readRole(turn: Fields, where: Words): Role | "call" {
  const { key, value } = turn.takeFirst(roleKeys);
  const spelled =
    typeof value === "string"
      ? value
          .trim()
          .toLowerCase()
          .replaceAll(/[\s_-]/g, "")
      : "";
  const role = Object.hasOwn(roleNames, spelled) ? roleNames[spelled] : undefined;
  if (role) return role;
  if (isEmpty(value)) throw new RecordFault("data/bad-field#no-role", { where, roles: commas(roles) });
  throw new RecordFault("data/bad-field#role", { key, found: describeBriefly(value), where, roles: commas(roles) });
}

function readCallTurn(turn: Fields, where: Words): Content {
  const { key, value } = turn.takeFirst(["content", "value", "text"]);
  return { text: "", reasoning: "", calls: callsOf(turn, value, key, where) };
}

function readAnswer(turn: Fields, message: ChatMessage, content: Content, where: Words): ChatMessage {
  const calls = [...content.calls, ...readCalls(turn, where)];
  const key = reasoningKeys.find((name) => typeof turn.peek(name) === "string" && turn.has(name));
  const reasoning = content.reasoning + (key === undefined ? "" : (turn.take(key) as string));
  // Servers send the same reasoning under two names.
  for (const other of reasoningKeys) if (turn.peek(other) === reasoning) turn.take(other);
  return {
    ...message,
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** An answer without content would teach the model to end at once. */
function withLearned(message: ChatMessage, never: boolean): ChatMessage {
  return never || !isAnswer(message) ? { ...message, learned: "never" } : message;
}

/** Whether the file says that an answer is not to be learned. On other turns only "not" says what happens. */
function readLearned(turn: Fields, role: Role, where: Words): boolean {
  let never = false;
  for (const key of learnKeys) {
    const value = turn.peek(key);
    const says = value === 0 || value === false ? "never" : value === 1 || value === true ? "learned" : undefined;
    if (says === "never" || (says === "learned" && role === "assistant")) turn.take(key);
    else if (says === undefined && !isEmpty(value) && role === "assistant") {
      throw new RecordFault("data/bad-field#learned", { key, found: describeBriefly(value), where });
    }
    never ||= says === "never";
  }
  return never;
}
