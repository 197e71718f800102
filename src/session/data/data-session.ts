// The data worker's side of the protocol: parses files and tokenizes examples, away from the page and from the engine.
import { AtelierError, errorRecord, hintOf, messageOf } from "../../base/errors.ts";
import type { DataConfig } from "../../config/run-config.ts";
import { decodeText } from "../../data/decode-lines.ts";
import type { ParsedDataset } from "../../data/example.ts";
import type { Mapping } from "../../data/mapped-roles.ts";
import { parseDataset } from "../../data/parse-dataset.ts";
import { sourceOf } from "../../data/sources.ts";
import { fewestToSplit, splitExamples } from "../../data/split.ts";
import type {
  CheckRequest,
  DataApi,
  DataCheck,
  DataNote,
  DatasetReport,
  ExamplePreview,
  PreparedData,
  PrepareRequest,
  ShownExample,
  TextRequest,
} from "../../protocol/data-api.ts";
import type { BatchSizes } from "../../protocol/runs-api.ts";
import type { TokenizedExample } from "../../tokens/batch.ts";
import { textRows } from "../../tokens/measured-rows.ts";
import { trackCallback } from "../callback.ts";
import { previewExample, shownExample } from "./example-preview.ts";
import { Latest } from "./latest.ts";
import { makeModel, modelOfRun } from "./make-model.ts";
import { readTokenizer, type OpenedTokenizer } from "../models/read-tokenizer.ts";
import { sizesOfBatches } from "../runs/batch-source.ts";
import {
  learnedCount,
  lengthIssue,
  longestRow,
  tokenizeDataset,
  tokenizeOrRefuse,
  type ExampleRows,
  type TokenizedDataset,
} from "./tokenized-dataset.ts";
import { refuseUnmeasurable, summaryOfMeasured, validationFile, type Measured, type ValidationFile } from "./validation-file.ts";

/** Ordinary text has about four characters a token; what stands further on than this is not needed. */
const charactersPerToken = 32;

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
  readonly validation: ValidationFile | undefined;
}

interface Counted extends Ready {
  readonly fitting: TokenizedDataset;
  readonly measured?: Measured;
  readonly summary: DataCheck;
}

export class DataSession implements DataApi {
  readonly #opened = new Latest<OpenedTokenizer>();
  #dataset: ParsedDataset | undefined;
  /** The file that is given to measure by, where there is one. */
  #validation: ValidationFile | undefined;
  /** What was tokenized last; a run is prepared from what was counted before it. */
  readonly #tokenized = new WeakMap<ParsedDataset, Tokenizing>();

  openTokenizer: DataApi["openTokenizer"] = (source, token, cached, listing) =>
    this.#opened.open(() => readTokenizer({ source, token, cached, listing }));

  closeTokenizer(): Promise<void> {
    this.#opened.close();
    return Promise.resolve();
  }

  async parse(files: File | readonly File[], onProgress: (fraction: number) => void, mapping?: Mapping): ReturnType<DataApi["parse"]> {
    const dataset = await parsed(files, onProgress, mapping);
    this.#dataset = dataset;
    this.#validation = undefined;
    return reportOf(dataset);
  }

  async parseValidation(file: File, onProgress: (fraction: number) => void): ReturnType<DataApi["parseValidation"]> {
    const learned = this.#parsed();
    const dataset = await parsed([file], onProgress, learned.mapping);
    // Another dataset may have taken the place of the one that it belongs to.
    if (this.#dataset === learned) this.#validation = validationFile(dataset, learned);
    return reportOf(dataset);
  }

  preview(from: number, count: number, { seqLength, turns }: CheckRequest): Promise<readonly ExamplePreview[]> {
    const dataset = this.#dataset;
    if (!dataset) return Promise.resolve([]);
    const examples = dataset.examples.slice(from, from + count);
    return Promise.resolve(
      examples.map((example) => previewExample(this.#opened.ready, example, { seqLength, turns, sources: dataset.sources })),
    );
  }

  async show(count: number, { turns }: CheckRequest): Promise<readonly ShownExample[]> {
    const { tokenizer, limits, dataset } = await this.#ready();
    const shown: ShownExample[] = [];
    for (const example of dataset.examples) {
      if (shown.length >= count) break;
      const result = tokenizeOrRefuse(tokenizer, limits, example, { turns, sources: dataset.sources });
      if (!("code" in result)) shown.push({ ...placeFields(dataset, example.line), ...shownExample(tokenizer, result) });
    }
    return shown;
  }

  async check(request: CheckRequest, onProgress: (fraction: number) => void): Promise<DataCheck> {
    return (await this.#count(request, onProgress)).summary;
  }

  async prepare(request: PrepareRequest, onProgress: (fraction: number) => void): Promise<PreparedData> {
    const { summary, data } = await this.#prepared(request, onProgress);
    return { data, ...summary };
  }

  async batchSizes(config: DataConfig): Promise<BatchSizes> {
    const { data } = await this.#prepared(config, () => undefined);
    return sizesOfBatches(data, config);
  }

  async textRows(file: File, { seqLength, tokens }: TextRequest): Promise<readonly TokenizedExample[]> {
    const text = await decodeText(file);
    const { tokenizer, limits } = await this.#tokenizer();
    const ids = tokenizer.encodeText(text.slice(0, tokens * charactersPerToken));
    const rows = textRows(ids, tokenizer.encodeText(""), Math.min(seqLength, limits.contextLength));
    if (rows.length === 0) throw new AtelierError("data/empty", { name: file.name });
    return rows;
  }

  newModel(...[request, onProgress]: Parameters<DataApi["newModel"]>): ReturnType<DataApi["newModel"]> {
    const { tell, arrived } = trackCallback(onProgress);
    const made = makeModel(request, { dataset: () => this.#parsed(), opened: () => this.#tokenizer() }, tell);
    return made.finally(arrived);
  }

  modelOfRun: DataApi["modelOfRun"] = modelOfRun;

  clear(): Promise<void> {
    this.#dataset = undefined;
    this.#validation = undefined;
    return Promise.resolve();
  }

  async #prepared(request: PrepareRequest, onProgress: (fraction: number) => void): Promise<Counted & Pick<PreparedData, "data">> {
    const counted = await this.#count(request, onProgress);
    const { dataset, tokenizer, fitting, measured } = counted;
    refuseEmpty(dataset, fitting);
    if (measured) refuseUnmeasurable(measured);
    // The rows of a chat are of one part: what is learned from one must not be measured with another.
    const { train, validation } = measured
      ? { train: fitting.examples, validation: measured.fitting.examples }
      : splitExamples(fitting.examples, request.validationFraction, request.seed);
    const rowsOf = (examples: readonly ExampleRows[]) => examples.flatMap(({ rows }) => rows);
    const rows = { train: rowsOf(train), validation: rowsOf(validation) };
    return { ...counted, data: { name: dataset.name, ...rows, tokenizer: tokenizer.fingerprint } };
  }

  /** Of a file to measure by nothing is learned, and of a dataset that has one nothing is split off. */
  async #count(request: CheckRequest, onProgress: (fraction: number) => void): Promise<Counted> {
    const ready = await this.#ready();
    const { dataset, validation } = ready;
    const asked = validation ? { ...request, validationFraction: 0 } : request;
    const fitting = await this.#fitting(ready, dataset, asked, onProgress);
    if (!validation) return { ...ready, fitting, summary: { ...summaryOf(fitting), validation: null } };
    const measured = { ...validation, fitting: await this.#fitting(ready, validation.dataset, asked, () => undefined) };
    return { ...ready, fitting, measured, summary: { ...summaryOf(fitting), validation: summaryOfMeasured(measured) } };
  }

  /** The examples that fit setting and model, and all that there is to say about the others. */
  async #fitting(
    { tokenizer, limits }: OpenedTokenizer,
    dataset: ParsedDataset,
    { seqLength, turns, validationFraction = 0 }: CheckRequest,
    onProgress: (fraction: number) => void,
  ): Promise<TokenizedDataset> {
    const { tell, arrived } = trackCallback(onProgress);
    const key = [tokenizer, turns];
    const last = this.#tokenized.get(dataset);
    const known = last?.key.every((part, at) => part === key[at]) ? last : undefined;
    const tokenizing = known ?? startTokenizing(key, (all) => tokenizeDataset(tokenizer, limits, dataset, turns, all));
    this.#tokenized.set(dataset, tokenizing);
    tokenizing.listeners.push(tell);
    const { examples, issues, notes } = await tokenizing.result;
    await arrived();
    const tooLong = examples
      .map((example) => lengthIssue(example, limits, { seqLength, sources: dataset.sources }))
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
    const [dataset, validation] = [this.#parsed(), this.#validation];
    return { ...(await this.#tokenizer()), dataset, validation };
  }

  async #tokenizer(): Promise<OpenedTokenizer> {
    const opened = await this.#opened.settled();
    if (opened) return opened;
    throw new AtelierError("model/not-loaded#tokenizer");
  }

  #parsed(): ParsedDataset {
    if (this.#dataset) return this.#dataset;
    throw new AtelierError("data/none");
  }
}

async function parsed(
  files: File | readonly File[],
  onProgress: (fraction: number) => void,
  mapping: Mapping | undefined,
): Promise<ParsedDataset> {
  const { tell, arrived } = trackCallback(onProgress);
  const dataset = await parseDataset(files, tell, mapping);
  await arrived();
  return dataset;
}

/** The line within its file, and of several files which. */
function placeFields({ sources }: ParsedDataset, place: number): Pick<ShownExample, "line" | "file"> {
  const { source, line } = sourceOf(sources, place);
  return { line, ...(source && sources.length > 1 ? { file: source.name } : {}) };
}

function reportOf({ examples, ...report }: ParsedDataset): DatasetReport {
  return { ...report, validCount: examples.length };
}

function summaryOf({ examples, issues, notes }: TokenizedDataset): Omit<DataCheck, "validation"> {
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
