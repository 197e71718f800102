// The dataset as the data worker reports it: counts, issues and one page of examples. The examples themselves stay there.
import { create } from "zustand";
import type { DataCheck, DatasetReport, ErrorRecord, ExamplePreview } from "./view-types.ts";

export const examplesPerPage = 6;

/** A file that measures what is learned. */
export interface OpenValidation {
  readonly file: File;
  readonly report: DatasetReport;
}

export interface DatasetState {
  readonly report: DatasetReport | null;
  /** Kept so that a data worker that died can read it again. */
  readonly files: readonly File[] | null;
  /** Null where examples of the dataset itself are kept for validation. */
  readonly validation: OpenValidation | null;
  /** The file being read and how much of it, 0 … 1. */
  readonly reading: { readonly name: string; readonly fraction: number } | null;
  readonly error: ErrorRecord | null;
  readonly page: number;
  readonly previews: readonly ExamplePreview[];
  readonly previewError: ErrorRecord | null;
  /** What of it the loaded model would be trained on, with the form as it stands; null until that is known. */
  readonly check: DataCheck | null;
  /** How much of that is done, 0 … 1; null while nothing is counted. */
  readonly checking: number | null;
}

export const useDataset = create<DatasetState>(() => ({
  report: null,
  files: null,
  validation: null,
  reading: null,
  error: null,
  page: 0,
  previews: [],
  previewError: null,
  check: null,
  checking: null,
}));
