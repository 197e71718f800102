// An example to tokens and labels. What is learned of a chat is what the model will have to say: each answer as the template renders
// it, and the token that ends it. It is found from the messages, and what a template leaves out of them is reported.
import { AtelierError } from "../base/errors.ts";
import type { TurnChoice } from "../config/run-config.ts";
import type { ChatExample, Example, TextExample } from "../data/example.ts";
import { isAnswer } from "../data/turns.ts";
import { alignAnswers } from "./align-spans.ts";
import { answeredChats, closedChat } from "./answered-chats.ts";
import { ignoreLabel, type TokenizedExample } from "./batch.ts";
import { chatFormat } from "./chat-format.ts";
import type { AnsweredChat } from "./find-answers.ts";
import { lossesOf, refuseUnrendered, type Loss } from "./template-losses.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** One row to train on, with the text that it is of. */
export interface LearnedRow extends TokenizedExample, AnsweredChat {}

export interface LearnedExample {
  /** One, or one for each answer where the template rewrites earlier turns. */
  readonly rows: readonly LearnedRow[];
  readonly losses: readonly Loss[];
  /** Whether every learned answer ends with a token that ends it. */
  readonly ends: boolean;
}

/**
 * @throws AtelierError `tokens/template`, `tokens/not-rendered`, `data/nothing-to-learn`; the caller knows the line
 */
export function tokenizeExample(tokenizer: Tokenizer, example: Example, turns: TurnChoice): LearnedExample {
  return example.kind === "text" ? document(tokenizer, example) : chat(tokenizer, example, turns);
}

/** A text from its start token to its end token, all of it learned. */
function document(tokenizer: Tokenizer, { line, text }: TextExample): LearnedExample {
  const encoded = tokenizer.encodeText(text);
  const { endId } = tokenizer;
  const ids = Int32Array.from(endId === null || encoded.at(-1) === endId ? encoded : [...encoded, endId]);
  return { rows: [{ line, ids, labels: ids.slice(), text, answers: [], contents: [] }], losses: [], ends: endId !== null };
}

function chat(tokenizer: Tokenizer, example: ChatExample, turns: TurnChoice): LearnedExample {
  const targets = targetsOf(example, turns);
  if (targets.length === 0 && turns !== "everything") {
    throw new AtelierError("data/nothing-to-learn#answers");
  }
  const rows = turns === "everything" ? [everything(tokenizer, example)] : answeredRows(tokenizer, example, targets);
  refuseUnrendered(tokenizer, example, rows);
  return {
    rows,
    losses: lossesOf(example, rows),
    ends: turns === "everything" ? endsAnswers(tokenizer) : rows.every(({ answers }) => answers.every(({ ending }) => ending !== "")),
  };
}

function endsAnswers(tokenizer: Tokenizer): boolean {
  const { closes, closing } = chatFormat(tokenizer);
  return closes || closing !== "";
}

/** Indices of the messages that are learned. */
function targetsOf({ messages }: ChatExample, turns: TurnChoice): readonly number[] {
  const answers = [...messages.keys()].filter((at) => {
    const message = messages[at];
    return message?.learned === undefined && message !== undefined && isAnswer(message);
  });
  return turns === "last" ? answers.slice(-1) : answers;
}

function answeredRows(tokenizer: Tokenizer, example: ChatExample, targets: readonly number[]): readonly LearnedRow[] {
  return answeredChats(tokenizer, example, targets).map((answered) => {
    const { ids: aligned, spans } = alignAnswers(tokenizer, answered.text, answered.answers);
    const ids = Int32Array.from(aligned);
    const labels = new Int32Array(ids.length).fill(ignoreLabel);
    for (const { start, end } of spans) labels.set(ids.subarray(start, end), start);
    return { line: example.line, ids, labels, ...answered };
  });
}

/** The whole chat, without the answers of which the file says that they are never learned. */
function everything(tokenizer: Tokenizer, example: ChatExample): LearnedRow {
  const { line, messages } = example;
  const isNever = (at: number): boolean => messages[at]?.role === "assistant" && messages[at]?.learned === "never";
  const never = [...messages.keys()].filter(isNever);
  const { text, answers } = closedChat(tokenizer, example);
  const left = answers.filter(({ message }) => isNever(message));
  if (left.length < never.length) throw new AtelierError("tokens/template#answers-apart");
  const { ids: aligned, spans } = alignAnswers(tokenizer, text, left);
  const ids = Int32Array.from(aligned);
  const labels = ids.slice();
  for (const { start, end } of spans) labels.fill(ignoreLabel, start, end);
  return { line, ids, labels, text, answers: [], contents: messages.map(() => null) };
}
