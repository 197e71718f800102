// The data worker's side of the protocol: parses files and tokenizes examples, away from the page and from the engine.
import { AtelierError } from "../base/errors.ts";
import type { ParsedDataset } from "../data/example.ts";
import { parseDataset } from "../data/parse-dataset.ts";
import { splitExamples } from "../data/split.ts";
import { parseModelConfig } from "../model/architectures.ts";
import type { DataApi, DataCheck, ExamplePreview, PreparedData, PrepareRequest, ShownExample } from "../protocol/data-api.ts";
import { requireJson } from "../sources/model-files.ts";
import { openModelFiles } from "../sources/open-model-files.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import { browserCache } from "./browser-cache.ts";
import { trackCallback } from "./callback.ts";
import { previewExample, shownExample } from "./example-preview.ts";
import { asFolder, openModelTokenizer } from "./model-parts.ts";
import {
  learnedCount,
  lengthIssue,
  longestRow,
  tokenizeDataset,
  tokenizeOrRefuse,
  type ExampleRows,
  type ModelLimits,
  type TokenizedDataset,
} from "./tokenized-dataset.ts";

interface Opened {
  readonly tokenizer: Tokenizer;
  readonly limits: ModelLimits;
}

type Ask = Pick<PrepareRequest, "seqLength" | "turns">;

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

interface Ready extends Opened {
  readonly dataset: ParsedDataset;
}

export class DataSession implements DataApi {
  #opened: Opened | undefined;
  #dataset: ParsedDataset | undefined;
  /** The last tokenized dataset; a run is prepared from what was counted before it. */
  #tokenized: Tokenizing | undefined;

  openTokenizer: DataApi["openTokenizer"] = async (source, token, cached) => {
    const cache = cached === undefined ? null : await browserCache();
    const kept = cached === undefined ? null : await cache?.usable(cached);
    const files = cache && kept ? cache.files(kept) : await asFolder(await openModelFiles(source, { token }));
    const { vocabularySize, contextLength } = parseModelConfig(await requireJson(files, "config.json"));
    this.#opened = { tokenizer: await openModelTokenizer(files), limits: { vocabularySize, contextLength } };
  };

  closeTokenizer(): Promise<void> {
    this.#opened = undefined;
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

  preview(from: number, count: number, { seqLength, turns }: Ask): Promise<readonly ExamplePreview[]> {
    const dataset = this.#dataset;
    if (!dataset) return Promise.resolve([]);
    const examples = dataset.examples.slice(from, from + count);
    return Promise.resolve(examples.map((example) => previewExample(this.#opened, example, { seqLength, turns, unit: dataset.unit })));
  }

  show(count: number, { turns }: Ask): Promise<readonly ShownExample[]> {
    const { tokenizer, limits, dataset } = this.#ready();
    const shown: ShownExample[] = [];
    for (const example of dataset.examples) {
      if (shown.length >= count) break;
      const result = tokenizeOrRefuse(tokenizer, limits, example, { turns, unit: dataset.unit });
      if (!("code" in result)) shown.push({ line: example.line, ...shownExample(tokenizer, result) });
    }
    return Promise.resolve(shown);
  }

  async check(request: Ask, onProgress: (fraction: number) => void): Promise<DataCheck> {
    return summaryOf(await this.#fitting(request, onProgress));
  }

  async prepare(request: PrepareRequest, onProgress: (fraction: number) => void): Promise<PreparedData> {
    const { dataset } = this.#ready();
    const fitting = await this.#fitting(request, onProgress);
    refuseEmpty(dataset, fitting);
    // The rows of a chat are of one part: what is learned from one must not be measured with another.
    const { train, validation } = splitExamples(fitting.examples, request.validationFraction, request.seed);
    const rowsOf = (examples: readonly ExampleRows[]) => examples.flatMap(({ rows }) => rows);
    return { data: { name: dataset.name, train: rowsOf(train), validation: rowsOf(validation) }, ...summaryOf(fitting) };
  }

  clear(): Promise<void> {
    this.#dataset = undefined;
    this.#tokenized = undefined;
    return Promise.resolve();
  }

  /** The examples that fit setting and model, and all that there is to say about the others. */
  async #fitting({ seqLength, turns }: Ask, onProgress: (fraction: number) => void): Promise<TokenizedDataset> {
    const { dataset, tokenizer, limits } = this.#ready();
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
    return {
      examples: examples.filter(({ line }) => !left.has(line)),
      issues: [...issues, ...tooLong].toSorted((a, b) => a.line - b.line),
      notes,
    };
  }

  #ready(): Ready {
    if (!this.#dataset) throw new AtelierError("data/none", "There is no dataset yet.", "Drop a JSONL file or choose a sample.");
    if (!this.#opened)
      throw new AtelierError("model/not-loaded", "The model's tokenizer is not loaded yet.", "Wait until the model is ready.");
    return { ...this.#opened, dataset: this.#dataset };
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

function refuseEmpty({ name, examples }: ParsedDataset, fitting: TokenizedDataset): void {
  if (fitting.examples.length > 0) return;
  const [first] = fitting.issues;
  throw new AtelierError(
    "data/nothing-to-learn",
    `Nothing can be learned from ${name}: all ${examples.length} examples are left out. ${first?.message ?? ""}`,
    first?.hint ?? "Give every example an assistant message with text.",
  );
}
