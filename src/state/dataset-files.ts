// Which of the files that were chosen together is learned, and which one measures: told by their names alone.
import { AtelierError } from "../base/errors.ts";
import { commas } from "../words/message.ts";

export interface DatasetFiles {
  readonly data: File;
  readonly validation: File | null;
}

/** A file alone is learned, whatever its name is. @throws AtelierError `validation/several-files` */
export function datasetFiles(files: readonly File[]): DatasetFiles {
  const [first, second] = files;
  if (first && !second) return { data: first, validation: null };
  const validation = files.find(({ name }) => isForValidation(name)) ?? null;
  const data = files.filter((file) => file !== validation);
  const [learned] = data;
  if (learned && data.length === 1 && !isForValidation(learned.name)) return { data: learned, validation };
  throw new AtelierError("validation/several-files", { count: files.length, names: commas(files.map(({ name }) => name)) });
}

/** The validation file of a sample: NAME.jsonl has NAME.validation.jsonl. */
export function validationNameOf(fileName: string): string {
  return fileName.replace(/(?=\.[^.]*$)/, ".validation");
}

function isForValidation(name: string): boolean {
  return /\.val(idation)?\.[^.]+$/i.test(name);
}
