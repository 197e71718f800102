// A second file that measures what is learned of the first. Nothing of it is learned, and an example that stands in both is named:
// it would measure memory, not understanding.
import { AtelierError, errorRecord, hintOf, messageOf } from "../../base/errors.ts";
import type { Example, ParsedDataset } from "../../data/example.ts";
import { placeIn } from "../../data/sources.ts";
import type { DataNote, ValidationCheck } from "../../protocol/data-api.ts";
import type { TokenizedDataset } from "./tokenized-dataset.ts";

export interface ValidationFile {
  readonly dataset: ParsedDataset;
  /** Name of the file that is learned. */
  readonly learnedName: string;
  /** Lines whose examples are learned as well. */
  readonly learned: ReadonlySet<number>;
}

export interface Measured extends ValidationFile {
  readonly fitting: TokenizedDataset;
}

export function validationFile(dataset: ParsedDataset, learned: ParsedDataset): ValidationFile {
  const known = new Set(learned.examples.map(contentOf));
  const lines = dataset.examples.filter((example) => known.has(contentOf(example))).map(({ line }) => line);
  return { dataset, learnedName: learned.name, learned: new Set(lines) };
}

export function summaryOfMeasured({ dataset, learnedName, learned, fitting }: Measured): ValidationCheck {
  const { examples, issues, notes } = fitting;
  const twice = examples.filter(({ line }) => learned.has(line));
  return { name: dataset.name, usable: examples.length, issues, notes: [...notes, ...learnedNotes(dataset, learnedName, twice)] };
}

/** @throws AtelierError `validation/nothing-to-measure` */
export function refuseUnmeasurable({ dataset, fitting }: Measured): void {
  if (fitting.examples.length > 0) return;
  const [first] = fitting.issues;
  const { name, examples } = dataset;
  if (first)
    throw new AtelierError("validation/nothing-to-measure", { name, count: examples.length, first: messageOf(first), hint: hintOf(first) });
}

function learnedNotes({ name, sources }: ParsedDataset, learnedName: string, twice: readonly { readonly line: number }[]): DataNote[] {
  const [first] = twice;
  if (!first) return [];
  const params = { place: placeIn(sources, first.line), name, learned: learnedName, more: twice.length - 1 };
  return [{ line: first.line, count: twice.length, ...errorRecord("validation/also-learned", params) }];
}

/** What an example says, wherever it stands. */
function contentOf({ line: _line, ...content }: Example): string {
  return JSON.stringify(content);
}
