// The data worker's side of the protocol: parses files and tokenizes chats, away from the page and from the engine.
import { AtelierError, toErrorRecord } from "../base/errors.ts";
import type { DataIssue, Example, ParsedDataset } from "../data/example.ts";
import { parseJsonl } from "../data/parse-jsonl.ts";
import { splitExamples } from "../data/split.ts";
import type { DataApi, ExamplePreview, PreparedData, PrepareRequest, PreviewToken } from "../protocol/data-api.ts";
import type { TokenizedExample } from "../tokens/batch.ts";
import { tokenizeChat } from "../tokens/tokenize-chat.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import { trackCallback } from "./callback.ts";
import { macrotask } from "./exclusive.ts";
import { Latest } from "./latest.ts";
import type { ModelTokenizer } from "./model-parts.ts";
import { readTokenizer } from "./read-tokenizer.ts";

/** Examples tokenized before messages from the page get a turn. */
const examplesPerTurn = 200;

export class DataSession implements DataApi {
  readonly #tokenizer = new Latest<ModelTokenizer>();
  #dataset: ParsedDataset | undefined;

  openTokenizer: DataApi["openTokenizer"] = (source, token, cached, listing) =>
    this.#tokenizer.open(() => readTokenizer({ source, token, cached, listing }));

  closeTokenizer(): Promise<void> {
    this.#tokenizer.close();
    return Promise.resolve();
  }

  async parse(file: File, onProgress: (fraction: number) => void): ReturnType<DataApi["parse"]> {
    const { tell, arrived } = trackCallback(onProgress);
    const dataset = await parseJsonl(file, tell);
    await arrived();
    this.#dataset = dataset;
    const { name, format, lineCount, issues, examples } = dataset;
    return { name, format, lineCount, issues, validCount: examples.length };
  }

  preview(from: number, count: number, seqLength: number): Promise<readonly ExamplePreview[]> {
    const examples = this.#dataset?.examples.slice(from, from + count) ?? [];
    return Promise.resolve(examples.map((example) => preview(this.#tokenizer.ready, example, seqLength)));
  }

  async prepare({ seqLength, validationFraction, seed }: PrepareRequest, onProgress: (fraction: number) => void): Promise<PreparedData> {
    const { tokenizer, dataset } = await this.#ready();
    const { tell, arrived } = trackCallback(onProgress);
    const usable: TokenizedExample[] = [];
    const issues: DataIssue[] = [];
    for (const [at, example] of dataset.examples.entries()) {
      const result = tokenizeOrRefuse(tokenizer, example, seqLength);
      if ("ids" in result) usable.push(result);
      else issues.push(result);
      if (at % examplesPerTurn === examplesPerTurn - 1) {
        tell(at / dataset.examples.length);
        await macrotask();
      }
    }
    await arrived();
    refuseEmpty(dataset, usable, issues);
    const { train, validation } = splitExamples(usable, validationFraction, seed);
    return {
      data: { name: dataset.name, train, validation, tokenizer: tokenizer.fingerprint },
      longest: usable.reduce((longest, { ids }) => Math.max(longest, ids.length), 0),
      learnedTokens: usable.reduce((sum, example) => sum + learnedCount(example), 0),
      totalTokens: usable.reduce((sum, { ids }) => sum + ids.length, 0),
      issues,
    };
  }

  clear(): Promise<void> {
    this.#dataset = undefined;
    return Promise.resolve();
  }

  /** Waits for a tokenizer that is being opened: the one before it is of another model. */
  async #ready(): Promise<{ tokenizer: ModelTokenizer; dataset: ParsedDataset }> {
    if (!this.#dataset) throw new AtelierError("data/none", "There is no dataset yet.", "Drop a JSONL file or choose a sample.");
    const dataset = this.#dataset;
    const tokenizer = await this.#tokenizer.settled();
    if (!tokenizer)
      throw new AtelierError("model/not-loaded", "The model's tokenizer is not loaded yet.", "Wait until the model is ready.");
    return { tokenizer, dataset };
  }
}

function tokenizeOrRefuse(tokenizer: Tokenizer, example: Example, seqLength: number): TokenizedExample | DataIssue {
  const { line } = example;
  let tokenized: TokenizedExample;
  try {
    tokenized = tokenizeChat(tokenizer, example);
  } catch (error) {
    const { code, message, hint } = toErrorRecord(error);
    return { line, code, message: message.startsWith("Line") ? message : `Line ${line}: ${message}`, hint };
  }
  const { length } = tokenized.ids;
  if (length > seqLength) {
    return {
      line,
      code: "data/too-long",
      message: `Line ${line} has ${length} tokens; the sequence length is ${seqLength}.`,
      hint: "Raise the sequence length or shorten the example; it is left out of training, not cut.",
    };
  }
  if (learnedCount(tokenized) === 0) {
    return {
      line,
      code: "data/nothing-to-learn",
      message: `Line ${line} has no token to learn: its answer is empty.`,
      hint: "Give the assistant message some text.",
    };
  }
  return tokenized;
}

function refuseEmpty({ name, examples }: ParsedDataset, usable: readonly TokenizedExample[], issues: readonly DataIssue[]): void {
  if (usable.length > 0) return;
  const [first] = issues;
  throw new AtelierError(
    "data/nothing-to-learn",
    `Nothing can be learned from ${name}: all ${examples.length} examples are left out. ${first?.message ?? ""}`,
    first?.hint ?? "Give every example an assistant message with text.",
  );
}

/** The first token of a row is never predicted. */
function learnedCount({ labels }: TokenizedExample): number {
  return labels.reduce((sum, label, at) => sum + (label >= 0 && at > 0 ? 1 : 0), 0);
}

function preview(tokenizer: Tokenizer | undefined, example: Example, seqLength: number): ExamplePreview {
  if (!tokenizer) return { example, tokens: null, tooLong: false };
  try {
    const { ids, labels } = tokenizeChat(tokenizer, example);
    return { example, tokens: previewTokens(tokenizer, ids, labels), tooLong: ids.length > seqLength };
  } catch (error) {
    // One chat that the template refuses must not hide the others; `prepare` names it.
    if (error instanceof AtelierError) return { example, tokens: null, tooLong: false };
    throw error;
  }
}

/** A character that is split over tokens is shown with its last one. */
function previewTokens(tokenizer: Tokenizer, ids: Int32Array, labels: Int32Array): PreviewToken[] {
  const tokens: PreviewToken[] = [];
  let waiting: number[] = [];
  for (const [at, id] of ids.entries()) {
    waiting.push(id);
    const text = tokenizer.decode(waiting, { special: true });
    if (text.endsWith("\uFFFD") && waiting.length < 4) continue;
    waiting = [];
    tokens.push({ text, learned: (labels[at] ?? -1) >= 0 });
  }
  return tokens;
}
