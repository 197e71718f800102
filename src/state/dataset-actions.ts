// Opens datasets and turns the pages of their examples.
import { toErrorRecord, type ErrorRecord } from "../base/errors.ts";
import { data } from "../client/data-client.ts";
import { fetchSample } from "../client/sample-file.ts";
import { words } from "../words/message.ts";
import { announce } from "./announcements.ts";
import { datasetFiles, validationNameOf, type DatasetFiles } from "./dataset-files.ts";
import { examplesPerPage, useDataset, type DatasetState, type OpenValidation } from "./dataset-store.ts";
import { useModel } from "./model-store.ts";
import { readForm, setKnob, useTrainForm } from "./train-form.ts";
import type { DataConfig } from "../config/run-config.ts";

let ticket = 0;
let lastPreview = 0;

/** One file or several, of which one may be for validation. */
export async function openDatasetFiles(files: readonly File[]): Promise<void> {
  try {
    await openDataset(datasetFiles(files));
  } catch (error) {
    useDataset.setState({ error: toErrorRecord(error) });
  }
}

/** On failure the dataset that was open stays open; where only the file for validation fails, the new one is open without it. */
export async function openDataset({ data: files, validation: measuring }: DatasetFiles): Promise<void> {
  const mine = ++ticket;
  const progressOf = (read: readonly File[]) => {
    const name = read.map((file) => file.name).join(" + ");
    useDataset.setState({ reading: { name, fraction: 0 } });
    return (fraction: number): void => {
      if (mine === ticket) useDataset.setState({ reading: { name, fraction } });
    };
  };
  useDataset.setState({ error: null });
  try {
    const report = await data.parse(files, progressOf(files));
    if (mine !== ticket) return;
    const opened = measuring ? await openValidation(measuring, progressOf([measuring])) : { validation: null, error: null };
    if (mine !== ticket) return;
    ticket++;
    useDataset.setState({ report, files, ...opened, reading: null, page: 0, previews: [], check: null });
    const { name, validCount: valid, lineCount: count } = report;
    announce(words(`state/${report.unit}s-valid`, { name, valid, count }));
    await refreshPreview();
  } catch (error) {
    if (mine !== ticket) return;
    ticket++;
    useDataset.setState({ reading: null, error: toErrorRecord(error) });
  }
}

async function openValidation(
  file: File,
  onProgress: (fraction: number) => void,
): Promise<{ readonly validation: OpenValidation | null; readonly error: ErrorRecord | null }> {
  try {
    return { validation: { file, report: await data.parseValidation(file, onProgress) }, error: null };
  } catch (error) {
    return { validation: null, error: toErrorRecord(error) };
  }
}

export async function openSample(fileName: string): Promise<void> {
  try {
    const [sample, validation] = await Promise.all([fetchSample(fileName), fetchSample(validationNameOf(fileName))]);
    await openDataset({ data: [sample], validation });
  } catch (error) {
    useDataset.setState({ error: toErrorRecord(error) });
  }
}

export async function showPage(page: number): Promise<void> {
  useDataset.setState({ page });
  await refreshPreview();
}

export async function chooseTurns(turns: DataConfig["turns"]): Promise<void> {
  setKnob("turns", turns);
  await refreshPreview();
}

/** Reads the page of examples again, and what a run would use: another page, tokenizer, sequence length or choice of turns. */
export async function refreshPreview(): Promise<void> {
  const mine = ++lastPreview;
  const { report, page } = useDataset.getState();
  if (!report) return;
  const { data: settings } = readForm(useTrainForm.getState(), null).config;
  try {
    const previews = await data.preview(page * examplesPerPage, examplesPerPage, settings);
    if (mine === lastPreview) useDataset.setState({ previews, previewError: null });
  } catch (error) {
    if (mine === lastPreview) useDataset.setState({ previewError: toErrorRecord(error) });
  }
  await countUsable(settings);
}

let checkTicket = 0;

async function countUsable({ seqLength, turns, validationFraction }: DataConfig): Promise<void> {
  const mine = ++checkTicket;
  const tell = (state: Partial<Pick<DatasetState, "check" | "checking">>): void => {
    if (mine === checkTicket) useDataset.setState(state);
  };
  if (!useModel.getState().model) {
    tell({ check: null, checking: null });
    return;
  }
  tell({ checking: 0 });
  // What fails here fails in the same words when the run is prepared.
  const check = await data.check({ seqLength, turns, validationFraction }, (checking) => tell({ checking })).catch(() => null);
  tell({ check, checking: null });
}

export async function closeDataset(): Promise<void> {
  lastPreview++;
  await data.clear();
  useDataset.setState({
    report: null,
    files: null,
    validation: null,
    error: null,
    page: 0,
    previews: [],
    previewError: null,
    check: null,
    checking: null,
  });
}

export function dismissDatasetError(): void {
  useDataset.setState({ error: null });
}
