// A whole dataset as rows to train on. One bad example never ends a run: what cannot be used is left out by name, and what is used
// in another way than it was written is said once per file.
import { errorRecord, hintOf, messageOf, toErrorRecord, type ErrorRecord } from "../../base/errors.ts";
import type { TurnChoice } from "../../config/run-config.ts";
import type { DataIssue, Example, ParsedDataset } from "../../data/example.ts";
import { placeIn } from "../../data/sources.ts";
import type { DataNote } from "../../protocol/data-api.ts";
import type { TokenizedExample } from "../../tokens/batch.ts";
import { tokenizeExample, type LearnedExample } from "../../tokens/tokenize-example.ts";
import type { Tokenizer } from "../../tokens/tokenizer.ts";
import type { ErrorKey } from "../../words/catalog.ts";
import type { Text } from "../../words/message.ts";
import { macrotask } from "../listening.ts";

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

type Sources = ParsedDataset["sources"];

/** Milliseconds of work before messages from the page get a turn. */
const turnMs = 50;

/** @param tell gets the share of examples done */
export async function tokenizeDataset(
  tokenizer: Tokenizer,
  limits: ModelLimits,
  { examples, sources }: ParsedDataset,
  turns: TurnChoice,
  tell: (fraction: number) => void,
): Promise<TokenizedDataset> {
  const usable: ExampleRows[] = [];
  const issues: DataIssue[] = [];
  const notes = new Notes(sources);
  let since = performance.now();
  for (const [at, example] of examples.entries()) {
    const result = tokenizeOrRefuse(tokenizer, limits, example, { turns, sources });
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
  { turns, sources }: { readonly turns: TurnChoice; readonly sources: Sources },
): LearnedExample | DataIssue {
  const { line } = example;
  const place = placeIn(sources, line);
  let learned: LearnedExample;
  try {
    learned = tokenizeExample(tokenizer, example, turns);
  } catch (error) {
    const record = toErrorRecord(error);
    return { ...record, line, key: "tokens/at", params: { place, what: messageOf(record), hint: hintOf(record) } };
  }
  const beyond = learned.rows.flatMap(({ ids }) => ids.find((id) => id >= vocabularySize) ?? [])[0];
  if (beyond !== undefined) {
    const token = JSON.stringify(tokenizer.decode([beyond], { special: true }));
    return { line, ...errorRecord("data/token-beyond-embedding", { place, token, id: String(beyond), rows: vocabularySize }) };
  }
  if (learned.rows.some((row) => learnedCount(row) > 0)) return learned;
  return { line, ...errorRecord("data/nothing-to-learn#no-token", { place }) };
}

/** Why an example is too long for the setting or the model; null where it fits. */
export function lengthIssue(
  { line, rows }: ExampleRows,
  { contextLength }: ModelLimits,
  { seqLength, sources }: { readonly seqLength: number; readonly sources: Sources },
): DataIssue | null {
  const place = placeIn(sources, line);
  const length = longestRow(rows);
  if (length <= Math.min(seqLength, contextLength)) return null;
  if (seqLength < contextLength) return { line, ...errorRecord("data/too-long", { place, length, limit: seqLength }) };
  return { line, ...errorRecord("data/too-long#context", { place, length, limit: contextLength }) };
}

export function longestRow(rows: readonly TokenizedExample[]): number {
  return rows.reduce((longest, { ids }) => Math.max(longest, ids.length), 0);
}

/** The first token of a row is never predicted. */
export function learnedCount({ labels }: TokenizedExample): number {
  return labels.reduce((sum, label, at) => sum + (label >= 0 && at > 0 ? 1 : 0), 0);
}

/** @param more how many examples it is true of beside the one in this place */
type SayNote = (place: Text, more: number) => ErrorRecord;

/** What there is to say of the usable examples, each kind once, with the first line as its example. */
class Notes {
  readonly #sources: Sources;
  readonly #found = new Map<ErrorKey, { line: number; count: number; say: SayNote }>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  add({ line }: Example, { losses, ends, rows }: LearnedExample): void {
    const [loss] = losses;
    if (loss) {
      const cut = { excerpt: excerpt(loss.lost), message: String(loss.message + 1) };
      this.#count("tokens/template-cuts", line, (place, more) => errorRecord("tokens/template-cuts", { place, more, ...cut }));
    }
    if (!ends) this.#count("tokens/answers-do-not-end", line, (place, more) => errorRecord("tokens/answers-do-not-end", { place, more }));
    if (rows.length > 1) {
      const answers = rows.length;
      this.#count("tokens/row-per-answer", line, (place, more) => errorRecord("tokens/row-per-answer", { place, more, answers }));
    }
  }

  list(): DataNote[] {
    return [...this.#found.values()].map(({ line, count, say }) => ({ line, count, ...say(placeIn(this.#sources, line), count - 1) }));
  }

  #count(key: ErrorKey, line: number, say: SayNote): void {
    const found = this.#found.get(key);
    if (found) found.count++;
    else this.#found.set(key, { line, count: 1, say });
  }
}

const excerpt = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
