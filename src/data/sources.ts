// The files that a dataset was read from. Places run through all of them, so that each example has one; people are told the file and its line.
import { words, type Text, type Words } from "../words/message.ts";

/** Where a record stands within its file, as the start of a sentence: "Line 3", or "Object 3" where the file is not one line a record. */
export function placeOf(unit: SourceFile["unit"], line: number): Words {
  return words("data/place", { unit, line: String(line) });
}

export interface SourceFile {
  readonly name: string;
  /** Name of its row in the table of containers. */
  readonly container: string;
  /** What was detected in it that its name does not say. */
  readonly details: readonly Text[];
  /** What places count in it: where lines do not tell objects apart (arrays, objects over several lines), the objects. */
  readonly unit: "line" | "object";
  /** Its place n is the place `before` + n of the dataset. */
  readonly before: number;
  /** Records with content, valid or not. */
  readonly lineCount: number;
  readonly examples: number;
}

/** The file of a place, and the place within it. */
export function sourceOf(sources: readonly SourceFile[], line: number): { readonly source: SourceFile | undefined; readonly line: number } {
  const source = sources.findLast(({ before }) => before < line);
  return { source, line: line - (source?.before ?? 0) };
}

/** As the start of a sentence: "Line 3", and of several files "b.jsonl, line 3". */
export function placeIn(sources: readonly SourceFile[], line: number): Words {
  const { source, line: own } = sourceOf(sources, line);
  const unit = source?.unit ?? "line";
  if (sources.length < 2 || !source) return placeOf(unit, own);
  return words("data/place-in", { file: source.name, unit, line: String(own) });
}
