// The data worker's side of the protocol: parses files and tokenizes examples, away from the page and from the engine.
import { AtelierError, errorRecord, hintOf, messageOf } from "../base/errors.ts";
import type { ParsedDataset } from "../data/example.ts";
import { parseDataset } from "../data/parse-dataset.ts";
import { fewestToSplit, splitExamples } from "../data/split.ts";
import type {
  CheckRequest,
  DataApi,
  DataCheck,
  DataNote,
  ExamplePreview,
  PreparedData,
  PrepareRequest,
  ShownExample,
} from "../protocol/data-api.ts";
import { trackCallback } from "./callback.ts";
import { previewExample, shownExample } from "./example-preview.ts";
import { Latest } from "./latest.ts";
import { readTokenizer, type OpenedTokenizer } from "./read-tokenizer.ts";
import {
  learnedCount,
  lengthIssue,
  longestRow,
  tokenizeDataset,
  tokenizeOrRefuse,
  type ExampleRows,
  type TokenizedDataset,
} from "./tokenized-dataset.ts";

/** Under way or done; whoever asks for the same hears how far it is. */
interface Tokenizing {
  readonly key: readonly unknown[];
  readonly listeners: ((fraction: number) => void)[];
  readonly result: Promise<TokenizedDataset>;
}

function startTokenizing(key: readonly unknown[], work: (tell: (fraction: number) => void) => Promise<TokenizedDataset>): Tokenizing {
  const listeners: Tokenizing["listeners"] = [];
  return { key, listeners, result: work((fraction) => listeners.forEach((tell) => tell(fraction))) };
}

interface Ready extends OpenedTokenizer {
  readonly dataset: ParsedDataset;
}

export class DataSession implements DataApi {
  readonly #opened = new Latest<OpenedTokenizer>();
  #dataset: ParsedDataset | undefined;
  /** The last tokenized dataset; a run is prepared from what was counted before it. */
  #tokenized: Tokenizing | undefined;

  openTokenizer: DataApi["openTokenizer"] = (source, token, cached, listing) =>
    this.#opened.open(() => readTokenizer({ source, token, cached, listing }));

  closeTokenizer(): Promise<void> {
    this.#opened.close();
    return Promise.resolve();
  }

  async parse(file: File, onProgress: (fraction: number) => void): ReturnType<DataApi["parse"]> {
    const { tell, arrived } = trackCallback(onProgress);
    const dataset = await parseDataset(file, tell);
    await arrived();
    this.#dataset = dataset;
    const { name, format, unit, lineCount, issues, examples, ignored } = dataset;
    return { name, format, unit, lineCount, issues, ignored, validCount: examples.length };
  }

  preview(from: number, count: number, { seqLength, turns }: CheckRequest): Promise<readonly ExamplePreview[]> {
    const dataset = this.#dataset;
    if (!dataset) return Promise.resolve([]);
    const examples = dataset.examples.slice(from, from + count);
    return Promise.resolve(
      examples.map((example) => previewExample(this.#opened.ready, example, { seqLength, turns, unit: dataset.unit })),
    );
  }

  async show(count: number, { turns }: CheckRequest): Promise<readonly ShownExample[]> {
    const { tokenizer, limits, dataset } = await this.#ready();
    const shown: ShownExample[] = [];
    for (const example of dataset.examples) {
      if (shown.length >= count) break;
      const result = tokenizeOrRefuse(tokenizer, limits, example, { turns, unit: dataset.unit });
      if (!("code" in result)) shown.push({ line: example.line, ...shownExample(tokenizer, result) });
    }
    return shown;
  }

  async check(request: CheckRequest, onProgress: (fraction: number) => void): Promise<DataCheck> {
    return summaryOf(await this.#fitting(await this.#ready(), request, onProgress));
  }

  async prepare(request: PrepareRequest, onProgress: (fraction: number) => void): Promise<PreparedData> {
    const ready = await this.#ready();
    const fitting = await this.#fitting(ready, request, onProgress);
    const { dataset, tokenizer } = ready;
    refuseEmpty(dataset, fitting);
    // The rows of a chat are of one part: what is learned from one must not be measured with another.
    const { train, validation } = splitExamples(fitting.examples, request.validationFraction, request.seed);
    const rowsOf = (examples: readonly ExampleRows[]) => examples.flatMap(({ rows }) => rows);
    const rows = { train: rowsOf(train), validation: rowsOf(validation) };
    return { data: { name: dataset.name, ...rows, tokenizer: tokenizer.fingerprint }, ...summaryOf(fitting) };
  }

  clear(): Promise<void> {
    this.#dataset = undefined;
    this.#tokenized = undefined;
    return Promise.resolve();
  }

  /** The examples that fit setting and model, and all that there is to say about the others. */
  async #fitting(
    { dataset, tokenizer, limits }: Ready,
    { seqLength, turns, validationFraction = 0 }: CheckRequest,
    onProgress: (fraction: number) => void,
  ): Promise<TokenizedDataset> {
    const { tell, arrived } = trackCallback(onProgress);
    const key = [dataset, tokenizer, turns];
    const known = this.#tokenized?.key.every((part, at) => part === key[at]) ? this.#tokenized : undefined;
    const tokenizing = known ?? startTokenizing(key, (all) => tokenizeDataset(tokenizer, limits, dataset, turns, all));
    this.#tokenized = tokenizing;
    tokenizing.listeners.push(tell);
    const { examples, issues, notes } = await tokenizing.result;
    await arrived();
    const tooLong = examples
      .map((example) => lengthIssue(example, limits, { seqLength, unit: dataset.unit }))
      .filter((issue) => issue !== null);
    const left = new Set(tooLong.map(({ line }) => line));
    const fitting = examples.filter(({ line }) => !left.has(line));
    return {
      examples: fitting,
      issues: [...issues, ...tooLong].toSorted((a, b) => a.line - b.line),
      notes: [...notes, ...splitNotes(fitting, validationFraction)],
    };
  }

  /** Waits for a tokenizer that is being opened: the one before it is of another model. */
  async #ready(): Promise<Ready> {
    if (!this.#dataset) throw new AtelierError("data/none");
    const dataset = this.#dataset;
    const opened = await this.#opened.settled();
    if (!opened) throw new AtelierError("model/not-loaded#tokenizer");
    return { ...opened, dataset };
  }
}

function summaryOf({ examples, issues, notes }: TokenizedDataset): DataCheck {
  const rows = examples.flatMap((example) => example.rows);
  return {
    usable: examples.length,
    rows: rows.length,
    longest: longestRow(rows),
    learnedTokens: rows.reduce((sum, row) => sum + learnedCount(row), 0),
    totalTokens: rows.reduce((sum, { ids }) => sum + ids.length, 0),
    issues,
    notes,
  };
}

/** What is asked for and not done is said. */
function splitNotes(examples: readonly ExampleRows[], validationFraction: number): readonly DataNote[] {
  const [first] = examples;
  if (!first || validationFraction === 0 || examples.length >= fewestToSplit) return [];
  return [{ line: first.line, count: examples.length, ...errorRecord("data/too-few-to-split", { fewest: fewestToSplit }) }];
}

function refuseEmpty({ name, examples }: ParsedDataset, fitting: TokenizedDataset): void {
  if (fitting.examples.length > 0) return;
  const [first] = fitting.issues;
  const counted = { name, count: examples.length };
  if (!first) throw new AtelierError("data/nothing-to-learn", counted);
  throw new AtelierError("data/nothing-to-learn#first", { ...counted, first: messageOf(first), hint: hintOf(first) });
}
