// What a template leaves out of a chat. A function or a call that it does not render is refused, since the model would learn to use
// what it never sees; text that it cuts is reported.
import { AtelierError } from "../base/errors.ts";
import { words, type Text } from "../words/message.ts";
import type { ChatExample, ChatMessage } from "../data/example.ts";
import type { AnsweredChat } from "./find-answers.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A part of a message that is not in the text that is learned or read. */
export interface Loss {
  /** Index of the message. */
  readonly message: number;
  readonly lost: string;
}

/** @throws AtelierError `tokens/not-rendered` naming the key */
export function refuseUnrendered(tokenizer: Tokenizer, example: ChatExample, rows: readonly AnsweredChat[]): void {
  const last = Math.max(-1, ...rows.flatMap(({ answers }) => answers.map(({ message }) => message)));
  const messages = last === -1 ? example.messages : example.messages.slice(0, last + 1);
  refuseUnrenderedFunctions(tokenizer, { ...example, messages }, rows);
  for (const row of rows) refuseEmptied(tokenizer, messages, row);
}

function refuseUnrenderedFunctions(tokenizer: Tokenizer, { messages, tools }: ChatExample, rows: readonly AnsweredChat[]): void {
  const caller = messages.findIndex(({ tool_calls: calls }) => calls !== undefined && calls.length > 0);
  const hasTools = tools !== undefined && tools.length > 0;
  if (!hasTools && caller === -1) return;
  const text = tokenizer.renderChat(messages, false, tools);
  if (hasTools) {
    if (isRenderedAs(text, () => tokenizer.renderChat(messages, false))) throw notRendered(words("tokens/key", { key: "tools" }));
    const missing = tools.map(nameOf).find((name) => !text.includes(name));
    if (missing !== undefined) throw notRendered(words("tokens/function-of-tools", { name: quote(missing) }));
  }
  if (caller === -1) return;
  const silent = messages.map(({ tool_calls: _calls, ...message }): ChatMessage => message);
  if (isRenderedAs(text, () => tokenizer.renderChat(silent, false, tools)))
    throw notRendered(words("tokens/calls-of-message", { message: String(caller + 1) }));
  for (const row of rows) refuseUnrenderedCalls(messages, row);
}

/** A chat that the template refuses without its calls or functions is not the one with them. */
function isRenderedAs(text: string, render: () => string): boolean {
  try {
    return render() === text;
  } catch (error) {
    if (error instanceof AtelierError) return false;
    throw error;
  }
}

/** An answer of which only its end is left would teach the model to say nothing. */
function refuseEmptied(tokenizer: Tokenizer, messages: readonly ChatMessage[], { text, answers }: AnsweredChat): void {
  for (const { message, start, end } of answers) {
    const region = text.slice(start, end);
    const { content = "", reasoning_content: reasoning = "" } = messages[message] ?? {};
    const said = [content, reasoning].map((part) => part.trim()).filter((part) => part !== "");
    if (said.length === 0 || said.some((part) => region.includes(part)) || tokenizer.decode(tokenizer.encodeChat(region)).trim() !== "")
      continue;
    throw new AtelierError("tokens/not-rendered#answer", { message: String(message + 1) });
  }
}

/** A call that is learned stands in the answer that makes it. */
function refuseUnrenderedCalls(messages: readonly ChatMessage[], { text, answers }: AnsweredChat): void {
  for (const { message, start, end } of answers) {
    const call = messages[message]?.tool_calls?.find((candidate) => !rendersCall(text.slice(start, end), candidate));
    if (call) throw notRendered(words("tokens/call-in-message", { name: quote(nameOf(call)), message: String(message + 1) }));
  }
}

function rendersCall(region: string, call: Readonly<Record<string, unknown>>): boolean {
  const given = functionOf(call)["arguments"];
  const names = typeof given === "object" && given !== null ? Object.keys(given) : [];
  return [nameOf(call), ...names].every((part) => region.includes(part));
}

function functionOf(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const inner = value["function"];
  return typeof inner === "object" && inner !== null ? (inner as Readonly<Record<string, unknown>>) : value;
}

function nameOf(value: Readonly<Record<string, unknown>>): string {
  const { name } = functionOf(value);
  return typeof name === "string" ? name : "";
}

/** What is cut from answers that are learned, and from what is said to the model. Earlier answers may be cut: the model sees them so. */
export function lossesOf({ messages }: ChatExample, rows: readonly AnsweredChat[]): readonly Loss[] {
  const losses = new Map<number, string>();
  for (const { text, answers, contents } of rows) {
    for (const { message, start, end } of answers) {
      const lost = messages[message] && lostOfAnswer(messages[message], text.slice(start, end));
      if (lost) losses.set(message, lost);
    }
    for (const [message, lost] of lostContext(messages, text, contents)) losses.set(message, lost);
  }
  return [...losses].map(([message, lost]) => ({ message, lost }));
}

function lostContext(messages: readonly ChatMessage[], text: string, contents: AnsweredChat["contents"]): [number, string][] {
  const knowsPlaces = contents.some((span) => span !== null);
  const squashed = knowsPlaces ? "" : squash(text);
  return [...contents.entries()].flatMap(([at, span]): [number, string][] => {
    const { role, content } = messages[at] as ChatMessage;
    if (role === "assistant") return [];
    const isWhole = !knowsPlaces && squashed.includes(squash(content));
    const lost = isWhole ? "" : cutFrom(content, span ? text.slice(span.start, span.end) : "");
    return lost === "" ? [] : [[at, lost]];
  });
}

function lostOfAnswer({ content, reasoning_content: reasoning }: ChatMessage, region: string): string {
  const squashed = squash(region);
  const parts = [reasoning ?? "", content].filter((part) => !squashed.includes(squash(part)));
  return parts.map((part) => cutFrom(part, longestPart(part, region))).join("\n");
}

/** The end or the start of a message that is in the region; empty where neither is. */
function longestPart(content: string, region: string): string {
  const pieces = content.split(/(?<=<\/think>)/);
  const kept = pieces.slice(1).join("").trim();
  return kept !== "" && region.includes(kept) ? kept : "";
}

function cutFrom(content: string, rendered: string): string {
  const kept = rendered.trim();
  if (kept === content.trim()) return "";
  const at = kept === "" ? -1 : content.indexOf(kept);
  return at === -1 ? content.trim() : `${content.slice(0, at)}${content.slice(at + kept.length)}`.trim();
}

/** Templates trim and wrap; what counts is what is said. */
const squash = (text: string): string => text.replace(/\s+/g, "");

const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function notRendered(what: Text): AtelierError {
  return new AtelierError("tokens/not-rendered", { what });
}
