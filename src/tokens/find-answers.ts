// The part of a rendered chat that the model says: from the end of the prompt for an answer, through the message, to the token that
// ends the turn. An answer that the template does not end is ended here, with the tokenizer's end token.
import type { ChatExample, ChatMessage } from "../data/example.ts";
import type { ChatFormat } from "./chat-format.ts";
import { locateMessages, type ContentSpans, type Span } from "./locate-messages.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** An answer within its text. */
export interface Answer extends Span {
  /** Index of the message. */
  readonly message: number;
  /** The text of the token that ends it; empty where nothing does. */
  readonly ending: string;
}

export interface AnsweredChat {
  /** The chat as it is learned and asked. */
  readonly text: string;
  readonly answers: readonly Answer[];
  /** Where the text of each message stands; null where it has none, or where it cannot be told. */
  readonly contents: ContentSpans;
}

/**
 * All answers of a chat, not closed yet. Null where the template treats this chat in a way that cannot be followed in one pass.
 * @param text the chat as the template renders it
 */
export function findAnswers(
  tokenizer: Tokenizer,
  format: ChatFormat,
  text: string,
  { messages, tools }: Pick<ChatExample, "messages" | "tools">,
  addGenerationPrompt = false,
): AnsweredChat | null {
  const contents = locateMessages(tokenizer, text, messages, addGenerationPrompt, tools);
  const answers = contents && answersBetween(format, text, messages, contents);
  return answers && { text, answers, contents };
}

function answersBetween(
  format: ChatFormat,
  text: string,
  messages: readonly ChatMessage[],
  contents: ContentSpans,
): readonly Answer[] | null {
  const answers: Answer[] = [];
  // Messages without text stand somewhere in a gap between two that have some.
  let [from, waiting]: [number, number[]] = [0, []];
  for (const [message, span] of contents.entries()) {
    const isAnswer = messages[message]?.role === "assistant";
    if (!span) {
      if (isAnswer) waiting.push(message);
      continue;
    }
    const start = isAnswer ? startOf(format, text, from, span.start) : span.start;
    const silent = withoutText(format, text, { start: from, end: start }, waiting, isAnswer);
    if (!silent) return null;
    answers.push(...silent);
    if (isAnswer) answers.push({ message, start, ...endOf(format, text, span.end, nextStart(contents, message) ?? text.length) });
    [from, waiting] = [span.end, []];
  }
  const silent = withoutText(format, text, { start: from, end: text.length }, waiting, false);
  return silent && [...answers, ...silent];
}

/** After the opening; a template that leaves part of it out of answers (R1's "<think>") starts them with the message. */
function startOf({ opening }: ChatFormat, text: string, from: number, contentStart: number): number {
  const gap = text.slice(from, contentStart);
  const at = opening === "" ? -1 : gap.lastIndexOf(opening);
  if (at !== -1) return from + at + opening.length;
  const blanks = /[ \t]*$/.exec(gap)?.[0].length ?? 0;
  return contentStart - (opening === "" ? blanks : 0);
}

/** Answers that have no text: those that only call tools. Each is behind an opening. */
function withoutText(
  { opening, endTexts }: ChatFormat,
  text: string,
  gap: Span,
  waiting: readonly number[],
  beforeAnswer: boolean,
): readonly Answer[] | null {
  if (waiting.length === 0) return [];
  if (opening === "") return null;
  const starts: number[] = [];
  for (let at = text.indexOf(opening, gap.start); at !== -1 && at < gap.end; at = text.indexOf(opening, at + opening.length))
    starts.push(at + opening.length);
  if (starts.length !== waiting.length + (beforeAnswer ? 1 : 0)) return null;
  const answers = waiting.map((message, at): Answer | null => {
    const start = starts[at] as number;
    const found = firstOf(endTexts, text, start, starts[at + 1] ?? gap.end);
    return found && { message, start, end: found.at + found.text.length, ending: found.text };
  });
  return answers.every((answer) => answer !== null) ? answers : null;
}

export function endOf({ endTexts }: ChatFormat, text: string, from: number, to: number): Pick<Answer, "end" | "ending"> {
  const found = firstOf(endTexts, text, from, to);
  return found ? { end: found.at + found.text.length, ending: found.text } : { end: from, ending: "" };
}

/** The first of some texts that stands whole between two places. */
function firstOf(texts: readonly string[], text: string, from: number, to: number): { at: number; text: string } | null {
  const part = text.slice(from, to);
  let best: { at: number; text: string } | null = null;
  for (const candidate of texts) {
    const at = part.indexOf(candidate);
    if (at !== -1 && (best === null || from + at < best.at)) best = { at: from + at, text: candidate };
  }
  return best;
}

function nextStart(contents: ContentSpans, message: number): number | undefined {
  for (let at = message + 1; at < contents.length; at++) {
    const span = contents[at];
    if (span) return span.start;
  }
  return undefined;
}

/** Puts the end token after the answers that have none. */
export function closeAnswers({ closing }: ChatFormat, chat: AnsweredChat): AnsweredChat {
  if (closing === "" || chat.answers.every(({ ending }) => ending !== "")) return chat;
  const pieces: string[] = [];
  const ends = chat.answers.filter(({ ending }) => ending === "").map(({ end }) => end);
  let from = 0;
  for (const end of ends) {
    pieces.push(chat.text.slice(from, end), closing);
    from = end;
  }
  pieces.push(chat.text.slice(from));
  /** By how much a place has moved; what ends where a token was put stays before it. */
  let passed = 0;
  const shiftAt = (place: number): number => {
    while (passed < ends.length && (ends[passed] as number) < place) passed++;
    while (passed > 0 && (ends[passed - 1] as number) >= place) passed--;
    return passed * closing.length;
  };
  const moved = ({ start, end }: Span): Span => {
    const first = start + shiftAt(start);
    return { start: first, end: end + shiftAt(end) };
  };
  const answers = chat.answers.map((answer): Answer => {
    const span = moved(answer);
    return answer.ending === "" ? { ...answer, ...span, end: span.end + closing.length, ending: closing } : { ...answer, ...span };
  });
  return { text: pieces.join(""), answers, contents: chat.contents.map((span) => span && moved(span)) };
}
