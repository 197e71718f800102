// An example as the page shows it. What is tinted comes from the labels: the tokens one by one, and in the chat the very parts of the
// text that the labels were made from.
import type { TurnChoice } from "../../config/run-config.ts";
import type { ChatMessage, Example, ParsedDataset } from "../../data/example.ts";
import type { ExamplePreview, PreviewMessage, PreviewToken } from "../../protocol/data-api.ts";
import { placeIn } from "../../data/sources.ts";
import { ignoreLabel } from "../../tokens/batch.ts";
import type { LearnedExample, LearnedRow } from "../../tokens/tokenize-example.ts";
import type { Tokenizer } from "../../tokens/tokenizer.ts";
import { lengthIssue, tokenizeOrRefuse, type ModelLimits } from "./tokenized-dataset.ts";

export function previewExample(
  opened: { readonly tokenizer: Tokenizer; readonly limits: ModelLimits } | undefined,
  example: Example,
  ask: { readonly seqLength: number; readonly turns: TurnChoice; readonly sources: ParsedDataset["sources"] },
): ExamplePreview {
  const at = { line: example.line, place: placeIn(ask.sources, example.line) };
  if (!opened) return { ...at, messages: plainMessages(example), rows: null, problem: null };
  const { tokenizer, limits } = opened;
  const result = tokenizeOrRefuse(tokenizer, limits, example, ask);
  if ("code" in result) return { ...at, messages: plainMessages(example), rows: null, problem: result };
  const rows = result.rows.map((row) => previewTokens(tokenizer, row));
  // What is learned from end to end is shown as the one text that it is, special tokens and all.
  const isWhole = ask.turns === "everything" || example.kind === "text";
  return {
    ...at,
    messages: isWhole ? rows.map(wholeText) : tintedMessages(example, result),
    rows,
    problem: lengthIssue({ line: example.line, rows: result.rows }, limits, ask),
  };
}

function plainMessages(example: Example): PreviewMessage[] {
  if (example.kind === "text") return [{ role: "document", parts: [{ text: example.text, learned: false }], lost: null }];
  return [
    ...(example.tools ? [toolsMessage(example.tools)] : []),
    ...example.messages.map((message) => ({ role: message.role, parts: [{ text: plainText(message), learned: false }], lost: null })),
  ];
}

function toolsMessage(tools: unknown): PreviewMessage {
  return { role: "tools", parts: [{ text: JSON.stringify(tools), learned: false }], lost: null };
}

function plainText({ content, reasoning_content: reasoning, tool_calls: calls }: ChatMessage): string {
  return [reasoning ?? "", content, calls ? JSON.stringify(calls) : ""].filter((part) => part !== "").join("\n");
}

function tintedMessages(example: Example, { rows, losses }: LearnedExample): PreviewMessage[] {
  const lostOf = new Map(losses.map(({ message, lost }) => [message, lost]));
  return plainMessages(example).map((shown, at): PreviewMessage => {
    const message = example.kind === "chat" ? at - (example.tools ? 1 : 0) : at;
    const lost = lostOf.get(message) ?? null;
    const learned = rows.flatMap(({ text, answers }) =>
      answers.filter((answer) => answer.message === message).map(({ start, end }) => text.slice(start, end)),
    );
    return learned.length > 0 ? { ...shown, parts: learned.map((text) => ({ text, learned: true })), lost } : { ...shown, lost };
  });
}

function wholeText(tokens: readonly PreviewToken[]): PreviewMessage {
  const parts: PreviewToken[] = [];
  for (const { text, learned } of tokens) {
    const last = parts.at(-1);
    if (last?.learned === learned) parts[parts.length - 1] = { text: last.text + text, learned };
    else parts.push({ text, learned });
  }
  return { role: "document", parts, lost: null };
}

/** A character that is split over tokens is shown with its last one. */
function previewTokens(tokenizer: Tokenizer, { ids, labels }: LearnedRow): PreviewToken[] {
  const tokens: PreviewToken[] = [];
  let waiting: number[] = [];
  for (const [at, id] of ids.entries()) {
    waiting.push(id);
    const text = tokenizer.decode(waiting, { special: true });
    if (text.endsWith("\uFFFD") && waiting.length < 4) continue;
    waiting = [];
    tokens.push({ text, learned: labels[at] !== ignoreLabel });
  }
  return tokens;
}

/** The rendered chat, and its learned spans in order, special tokens visible; several rows stand one after the other. */
export function shownExample(
  tokenizer: Tokenizer,
  { rows }: LearnedExample,
): { readonly text: string; readonly learned: readonly string[] } {
  return {
    text: rows.map(({ ids, text, answers }) => (answers.length > 0 ? text : tokenizer.decode([...ids], { special: true }))).join("\n\n"),
    learned: rows.flatMap((row) => learnedSpans(tokenizer, row)),
  };
}

/** Decoded behind what stands before, since some decoders drop the space that a text begins with. */
function learnedSpans(tokenizer: Tokenizer, { ids, labels }: LearnedRow): string[] {
  const isLearned = (at: number): boolean => (labels[at] ?? ignoreLabel) !== ignoreLabel;
  const starts = [...ids.keys()].filter((at) => isLearned(at) && !isLearned(at - 1));
  return starts.map((start) => {
    let end = start;
    while (end < ids.length && isLearned(end)) end++;
    const before = tokenizer.decode([...ids.subarray(0, start)], { special: true });
    const through = tokenizer.decode([...ids.subarray(0, end)], { special: true });
    return through.startsWith(before) ? through.slice(before.length) : tokenizer.decode([...ids.subarray(start, end)], { special: true });
  });
}
