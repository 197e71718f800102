// The dataset as the data worker reports it: counts, issues and one page of examples. The examples themselves stay there.
import { create } from "zustand";
import type { DatasetReport, ErrorRecord, ExamplePreview } from "./view-types.ts";

export const examplesPerPage = 6;

export interface DatasetState {
  readonly report: DatasetReport | null;
  /** Kept so that a data worker that died can read it again. */
  readonly file: File | null;
  /** The file being read and how much of it, 0 … 1. */
  readonly reading: { readonly name: string; readonly fraction: number } | null;
  readonly error: ErrorRecord | null;
  readonly page: number;
  readonly previews: readonly ExamplePreview[];
  readonly previewError: ErrorRecord | null;
}

export const useDataset = create<DatasetState>(() => ({
  report: null,
  file: null,
  reading: null,
  error: null,
  page: 0,
  previews: [],
  previewError: null,
}));
