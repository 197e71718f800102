// A chat as the texts in which its answers are learned. One text holds all answers where the template writes an answer the same way
// whatever follows. Where it rewrites earlier turns (Qwen 3 drops their thinking), every answer is learned in the text that ends
// with it: the one in which the model will give it.
import { AtelierError } from "../base/errors.ts";
import type { ChatExample } from "../data/example.ts";
import { chatFormat, commonLength, type ChatFormat } from "./chat-format.ts";
import { closeAnswers, endOf, findAnswers, type Answer, type AnsweredChat } from "./find-answers.ts";
import type { Tokenizer } from "./tokenizer.ts";

type Chat = Pick<ChatExample, "messages" | "tools">;

/** All answers up to here are compared with the chat that ends there; of more, every one at twice the distance. */
const comparedAnswers = 8;

/**
 * The texts of a chat, and in each the answers that are learned in it.
 * @param targets indices of the assistant messages to learn, in order; at least one
 * @throws AtelierError `tokens/template` where the template refuses the chat, or the text before an answer is not the one in
 *   which the model will be asked for it
 */
export function answeredChats(tokenizer: Tokenizer, chat: Chat, targets: readonly number[]): readonly AnsweredChat[] {
  const format = chatFormat(tokenizer);
  const last = targets.at(-1) ?? chat.messages.length - 1;
  if (targets.length > 1) {
    const upToLast = { ...chat, messages: chat.messages.slice(0, last + 1) };
    const whole = findAnswers(tokenizer, format, tokenizer.renderChat(upToLast.messages, false, chat.tools), upToLast);
    if (whole && isStable(tokenizer, format, chat, whole, targets)) return [only(closeAnswers(format, whole), targets)];
  }
  return targets.map((target) => lastAnswer(tokenizer, format, chat, target));
}

/** As the template writes it: the chat so far, and what it puts before an answer. */
function promptFor(tokenizer: Tokenizer, { opening, addsOpening }: ChatFormat, { messages, tools }: Chat, answer: number): string {
  return tokenizer.renderChat(messages.slice(0, answer), true, tools) + (addsOpening ? opening : "");
}

/** Whether the answers stand in the whole chat as they stand in the chat that ends with each. */
function isStable(
  tokenizer: Tokenizer,
  format: ChatFormat,
  chat: Chat,
  { text, answers }: AnsweredChat,
  targets: readonly number[],
): boolean {
  const byMessage = new Map(answers.map((answer) => [answer.message, answer]));
  const found = targets.map((target) => byMessage.get(target));
  return found.every((answer, at) => {
    if (!answer) return false;
    const isCompared = at < comparedAnswers || at === found.length - 1 || Number.isInteger(Math.log2(at));
    if (!isCompared) return true;
    const after = tokenizer.renderChat(chat.messages.slice(0, answer.message + 1), false, chat.tools);
    // Some templates end only the answer that comes last.
    if (answer.ending === "" && endOf(format, after, answer.end, after.length).ending !== "") return false;
    return after.startsWith(text.slice(0, answer.end)) && isAskedFor(tokenizer, format, chat, text, answer);
  });
}

/** Whether the prompt for an answer is the text before it. */
function isAskedFor(tokenizer: Tokenizer, format: ChatFormat, chat: Chat, text: string, { message, start }: Answer): boolean {
  // A chat that opens with an answer has no prompt that every template would write.
  return message === 0 || promptFor(tokenizer, format, chat, message) === text.slice(0, start);
}

/** The chat that ends with an answer: the prompt for it, and the answer as the template writes it. */
function lastAnswer(tokenizer: Tokenizer, format: ChatFormat, chat: Chat, target: number): AnsweredChat {
  const messages = chat.messages.slice(0, target + 1);
  const text = tokenizer.renderChat(messages, false, chat.tools);
  const found = findAnswers(tokenizer, format, text, { ...chat, messages });
  const prompt = target === 0 ? null : promptFor(tokenizer, format, chat, target);
  const located = found?.answers.find(({ message }) => message === target) ?? byPrompt(format, chat, text, prompt ?? "", target);
  // What the prompt has already said is not said again.
  const start = prompt !== null && text.startsWith(prompt) ? Math.max(located.start, prompt.length) : located.start;
  const isAsked = prompt === null || (format.closes && prompt === text.slice(0, start));
  const before =
    isAsked && found
      ? { text: text.slice(0, start), contents: found.contents.slice(0, target) }
      : promptParts(tokenizer, format, { ...chat, messages: messages.slice(0, target) }, prompt ?? text.slice(0, start));
  const shift = before.text.length - start;
  const answer = { ...located, start: before.text.length, end: located.end + shift };
  return closeAnswers(format, { text: before.text + text.slice(start), answers: [answer], contents: [...before.contents, null] });
}

/** A prompt with its earlier answers ended, and where its messages stand. */
function promptParts(tokenizer: Tokenizer, format: ChatFormat, chat: Chat, prompt: string): Pick<AnsweredChat, "text" | "contents"> {
  const opening = format.addsOpening ? format.opening : "";
  const rendered = prompt.slice(0, prompt.length - opening.length);
  const { text, contents } = closed(format, findAnswers(tokenizer, format, rendered, chat, true), rendered, chat);
  return { text: text + opening, contents };
}

/** An answer found by comparing the chat that ends with it with the prompt for it. */
function byPrompt(format: ChatFormat, chat: Chat, text: string, prompt: string, target: number): Answer {
  const start = commonLength(text, prompt);
  const content = chat.messages[target]?.content.trim() ?? "";
  if (prompt.length - start > format.opening.length) {
    throw new AtelierError("tokens/template#other-prompt", { message: String(target + 1) });
  }
  const at = content === "" ? -1 : lastPlace(format, text, content);
  if (at >= start) return { message: target, start, ...endOf(format, text, at + content.length, text.length) };
  // The template changes the message. Special tokens may stand inside it; the last one ends it.
  const ending = format.endTexts
    .map((end) => ({ end, at: text.lastIndexOf(end) }))
    .reduce((best, found) => (found.at > best.at ? found : best), { end: "", at: -1 });
  return ending.at >= start
    ? { message: target, start, end: ending.at + ending.end.length, ending: ending.end }
    : { message: target, start, end: Math.max(start, text.trimEnd().length), ending: "" };
}

/** The last place of a message that its end follows, else the last; within an end ("end" in "<|im_end|>") is none. */
function lastPlace({ endTexts }: ChatFormat, text: string, content: string): number {
  const others = endTexts.filter((end) => !content.includes(end));
  const open = others.reduce((rest, end) => rest.replaceAll(end, "\0".repeat(end.length)), text);
  for (let at = open.lastIndexOf(content); at !== -1; at = at === 0 ? -1 : open.lastIndexOf(content, at - 1)) {
    const rest = text.slice(at + content.length).trimStart();
    if (rest === "" || endTexts.some((end) => rest.startsWith(end))) return at;
  }
  return open.lastIndexOf(content);
}

function only(chat: AnsweredChat, targets: readonly number[]): AnsweredChat {
  return { ...chat, answers: chat.answers.filter(({ message }) => targets.includes(message)) };
}

/**
 * The tokens of a prompt, as {@link answeredChats} learns what follows: earlier answers end with the token that ends them, and the
 * opening of an answer stands at the end.
 * @throws AtelierError `tokens/template`
 */
export function chatPrompt(tokenizer: Tokenizer, chat: Chat): number[] {
  const format = chatFormat(tokenizer);
  const prompt = promptFor(tokenizer, format, chat, chat.messages.length);
  return tokenizer.encodeChat(format.closes ? prompt : promptParts(tokenizer, format, chat, prompt).text);
}

/** A whole chat; answers that the template ends with nothing end with the tokenizer's end token. No answers where none are found. */
export function closedChat(tokenizer: Tokenizer, chat: Chat): AnsweredChat {
  const format = chatFormat(tokenizer);
  const text = tokenizer.renderChat(chat.messages, false, chat.tools);
  return closed(format, findAnswers(tokenizer, format, text, chat), text, chat);
}

function closed(format: ChatFormat, found: AnsweredChat | null, text: string, { messages }: Chat): AnsweredChat {
  if (!found) return { text, answers: [], contents: messages.map(() => null) };
  return format.closes ? found : closeAnswers(format, found);
}
