// Where each message stands in a rendered chat. The chat is rendered a second time with a word of its own in the place of every
// message: what stands between the words is the template's, what stands between those parts in the real chat is the message's.
// One pass through the text, whatever its length.
import type { ChatExample, ChatMessage } from "../data/example.ts";
import { AtelierError } from "../base/errors.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Characters of the text, the end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** By message; null for one without text. */
export type ContentSpans = readonly (Span | null)[];

/**
 * @param text the chat as the template renders it
 * @returns null where the template treats these messages otherwise than it treats plain words
 */
export function locateMessages(
  tokenizer: Tokenizer,
  text: string,
  messages: readonly ChatMessage[],
  addGenerationPrompt: boolean,
  tools: ChatExample["tools"],
): ContentSpans | null {
  const parts = templateParts(tokenizer, messages, addGenerationPrompt, tools);
  if (!parts) return null;
  const { gaps, omitted } = parts;
  if (!text.startsWith(gaps[0] as string)) return null;
  let at = (gaps[0] as string).length;
  let next = 1;
  const spans: (Span | null)[] = [];
  for (const [message, { content }] of messages.entries()) {
    if (content.trim() === "" || omitted.has(message)) {
      spans.push(null);
      continue;
    }
    const gap = gaps[next++] as string;
    const length = next === gaps.length ? text.length - gap.length - at : renderedLength(text, at, content, gap);
    if (length < 0 || !text.startsWith(gap, at + length) || !isOf(content, text.slice(at, at + length))) return null;
    spans.push({ start: at, end: at + length });
    at += length + gap.length;
  }
  return at === text.length ? spans : null;
}

const anyWord = /Zq\d+x0xqZ/;

interface TemplateParts {
  /** What the template writes before, between and after the texts of the messages. */
  readonly gaps: readonly string[];
  /** Messages that it leaves out. */
  readonly omitted: ReadonlySet<number>;
}

/** Null where the template refuses or changes the words. */
function templateParts(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  addGenerationPrompt: boolean,
  tools: ChatExample["tools"],
): TemplateParts | null {
  const words = new Map<number, string>();
  const marked = messages.map((message, at) => {
    if (message.content.trim() === "") return message;
    const word = `Zq${at}x0xqZ`;
    words.set(at, word);
    return { ...message, content: word };
  });
  let rest: string;
  try {
    rest = tokenizer.renderChat(marked, addGenerationPrompt, tools);
  } catch (error) {
    if (error instanceof AtelierError) return null;
    throw error;
  }
  const gaps: string[] = [];
  const omitted = new Set<number>();
  for (const [message, word] of words) {
    const at = rest.indexOf(word);
    if (at === -1 && messages[message]?.role === "assistant") return null;
    if (at === -1) omitted.add(message);
    else {
      gaps.push(rest.slice(0, at));
      rest = rest.slice(at + word.length);
    }
  }
  // A word that stands twice, or before one that it follows, is in no gap.
  gaps.push(rest);
  return gaps.some((gap) => anyWord.test(gap)) ? null : { gaps, omitted };
}

/** @returns -1 where what follows the message is not found */
function renderedLength(text: string, at: number, content: string, gap: string): number {
  const whole = [content, content.trim(), content.trimStart(), content.trimEnd()].find(
    (rendered) => text.startsWith(rendered, at) && text.startsWith(gap, at + rendered.length),
  );
  if (whole !== undefined) return whole.length;
  const end = text.indexOf(gap, at);
  return end === -1 ? -1 : end - at;
}

/** A template may cut a message, and trim it; what it writes of its own is no part of one. */
function isOf(content: string, rendered: string): boolean {
  return content.includes(rendered.trim());
}
