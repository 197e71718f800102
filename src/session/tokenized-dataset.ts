// A whole dataset as rows to train on. One bad example never ends a run: what cannot be used is left out by name, and what is used
// in another way than it was written is said once per file.
import { hintOf, legacyRecord, messageOf, toErrorRecord, type ErrorRecord } from "../base/errors.ts";
import type { TurnChoice } from "../config/run-config.ts";
import { placeOf, type DataIssue, type Example, type ParsedDataset } from "../data/example.ts";
import type { DataNote } from "../protocol/data-api.ts";
import type { TokenizedExample } from "../tokens/batch.ts";
import { tokenizeExample, type LearnedExample } from "../tokens/tokenize-example.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import { macrotask } from "./exclusive.ts";

/** What a model can take. */
export interface ModelLimits {
  /** Rows of the embedding: token ids are below. */
  readonly vocabularySize: number;
  /** Most tokens of a row. */
  readonly contextLength: number;
}

/** The rows of one example of the file, which stay together. */
export interface ExampleRows {
  readonly line: number;
  readonly rows: readonly TokenizedExample[];
}

export interface TokenizedDataset {
  readonly examples: readonly ExampleRows[];
  readonly issues: readonly DataIssue[];
  readonly notes: readonly DataNote[];
}

type Unit = ParsedDataset["unit"];

/** Milliseconds of work before messages from the page get a turn. */
const turnMs = 50;

/** @param tell gets the share of examples done */
export async function tokenizeDataset(
  tokenizer: Tokenizer,
  limits: ModelLimits,
  { examples, unit }: ParsedDataset,
  turns: TurnChoice,
  tell: (fraction: number) => void,
): Promise<TokenizedDataset> {
  const usable: ExampleRows[] = [];
  const issues: DataIssue[] = [];
  const notes = new Notes(unit);
  let since = performance.now();
  for (const [at, example] of examples.entries()) {
    const result = tokenizeOrRefuse(tokenizer, limits, example, { turns, unit });
    if ("code" in result) issues.push(result);
    else {
      notes.add(example, result);
      usable.push({ line: example.line, rows: result.rows.map(({ line, ids, labels }) => ({ line, ids, labels })) });
    }
    if (performance.now() - since < turnMs) continue;
    tell(at / examples.length);
    await macrotask();
    since = performance.now();
  }
  return { examples: usable, issues, notes: notes.list() };
}

/** An example for this model, whatever its length. */
export function tokenizeOrRefuse(
  tokenizer: Tokenizer,
  { vocabularySize }: ModelLimits,
  example: Example,
  { turns, unit }: { readonly turns: TurnChoice; readonly unit: Unit },
): LearnedExample | DataIssue {
  const { line } = example;
  const place = placeOf(unit, line);
  let learned: LearnedExample;
  try {
    learned = tokenizeExample(tokenizer, example, turns);
  } catch (error) {
    const record = toErrorRecord(error);
    return { ...record, line, key: "tokens/at", params: { place, what: messageOf(record), hint: hintOf(record) } };
  }
  const beyond = learned.rows.flatMap(({ ids }) => ids.find((id) => id >= vocabularySize) ?? [])[0];
  if (beyond !== undefined) {
    return {
      line,
      ...legacyRecord(
        "data/token-beyond-embedding",
        `${place} holds the token ${JSON.stringify(tokenizer.decode([beyond], { special: true }))} with the id ${beyond}; the model's embedding has ${vocabularySize} rows.`,
        "The tokenizer knows a token that the model was never given. Take the token out of the text, or use files that belong together.",
      ),
    };
  }
  if (learned.rows.some((row) => learnedCount(row) > 0)) return learned;
  return {
    line,
    ...legacyRecord("data/nothing-to-learn", `${place} has no token to learn.`, "Give the assistant message, or the document, some text."),
  };
}

/** Why an example is too long for the setting or the model; null where it fits. */
export function lengthIssue(
  { line, rows }: ExampleRows,
  { contextLength }: ModelLimits,
  { seqLength, unit }: { readonly seqLength: number; readonly unit: Unit },
): DataIssue | null {
  const place = placeOf(unit, line);
  const length = longestRow(rows);
  if (length <= Math.min(seqLength, contextLength)) return null;
  const isSetting = seqLength < contextLength;
  return {
    line,
    ...legacyRecord(
      "data/too-long",
      isSetting
        ? `${place} has ${length} tokens; the sequence length is ${seqLength}.`
        : `${place} has ${length} tokens; this model's context holds ${contextLength}.`,
      isSetting
        ? "Raise the sequence length or shorten the example; it is left out of training, not cut."
        : "Shorten the example, or choose a model with a longer context; it is left out of training, not cut.",
    ),
  };
}

export function longestRow(rows: readonly TokenizedExample[]): number {
  return rows.reduce((longest, { ids }) => Math.max(longest, ids.length), 0);
}

/** The first token of a row is never predicted. */
export function learnedCount({ labels }: TokenizedExample): number {
  return labels.reduce((sum, label, at) => sum + (label >= 0 && at > 0 ? 1 : 0), 0);
}

/** What there is to say of the usable examples, each kind once, with the first line as its example. */
class Notes {
  readonly #unit: Unit;
  readonly #found = new Map<string, { line: number; count: number; what: string }>();

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  add({ line }: Example, { losses, ends, rows }: LearnedExample): void {
    const [loss] = losses;
    if (loss) this.#count("tokens/template-cuts", line, `${excerpt(loss.lost)} of message ${loss.message + 1}`);
    if (!ends) this.#count("tokens/answers-do-not-end", line, "");
    if (rows.length > 1) this.#count("tokens/row-per-answer", line, `${rows.length} answers`);
  }

  list(): DataNote[] {
    return [...this.#found].map(([code, { line, count, what }]) => ({
      line,
      count,
      ...recordOf(code, placeOf(this.#unit, line), count, what),
    }));
  }

  #count(code: string, line: number, what: string): void {
    const found = this.#found.get(code);
    if (found) found.count++;
    else this.#found.set(code, { line, count: 1, what });
  }
}

function recordOf(code: string, place: string, count: number, what: string): ErrorRecord {
  const { message, hint } = textOf(code, place, count, what);
  return legacyRecord(code, message, hint);
}

function textOf(code: string, place: string, count: number, what: string): { message: string; hint: string } {
  const many = count === 1 ? "" : `, and so of ${count - 1} more`;
  switch (code) {
    case "tokens/template-cuts":
      return {
        message: `${place}: the model's chat template leaves out ${what}${many}.`,
        hint: "What is left out is neither read nor learned. Look at the tokens of the example; another model may keep it.",
      };
    case "tokens/answers-do-not-end":
      return {
        message: `${place}${many}: nothing ends the answers, since this tokenizer has no end token.`,
        hint: "The tuned model will go on after its answer until the length you allow.",
      };
    default:
      return {
        message: `${place}${many}: the model's chat template rewrites earlier turns, so each answer is learned in a row of its own (${what}).`,
        hint: "Longer chats take more rows. Choose the last answer alone to have one row per chat.",
      };
  }
}

const excerpt = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
