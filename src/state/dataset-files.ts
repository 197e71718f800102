// Which of the files that were chosen together are learned, and which one measures: told by their names alone.
import { AtelierError } from "../base/errors.ts";
import { commas } from "../words/message.ts";

export interface DatasetFiles {
  readonly data: readonly File[];
  readonly validation: File | null;
}

/** A file alone is learned, whatever its name is; several are one dataset. @throws AtelierError `validation/several-files` */
export function datasetFiles(files: readonly File[]): DatasetFiles {
  if (files.length === 1) return { data: files, validation: null };
  const [validation = null, ...others] = files.filter(({ name }) => isForValidation(name));
  const data = files.filter(({ name }) => !isForValidation(name));
  if (data.length > 0 && others.length === 0) return { data, validation };
  throw new AtelierError("validation/several-files", { count: files.length, names: commas(files.map(({ name }) => name)) });
}

/** The validation file of a sample: NAME.jsonl has NAME.validation.jsonl. */
export function validationNameOf(fileName: string): string {
  return fileName.replace(/(?=\.[^.]*$)/, ".validation");
}

function isForValidation(name: string): boolean {
  return /\.val(idation)?\.[^.]+$/i.test(name);
}
