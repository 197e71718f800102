// Opens datasets and turns the pages of their examples.
import { toErrorRecord } from "../base/errors.ts";
import { data } from "../client/data-client.ts";
import { fetchSample } from "../client/sample-file.ts";
import { countOf } from "../metrics/format.ts";
import { announce } from "./announcements.ts";
import { examplesPerPage, useDataset } from "./dataset-store.ts";
import { readForm, useTrainForm } from "./train-form.ts";

let ticket = 0;
let lastPreview = 0;

/** On failure the dataset that was open stays open. */
export async function openDataset(file: File): Promise<void> {
  const mine = ++ticket;
  useDataset.setState({ reading: { name: file.name, fraction: 0 }, error: null });
  try {
    const report = await data.parse(file, (fraction) => {
      if (mine === ticket) useDataset.setState({ reading: { name: file.name, fraction } });
    });
    if (mine !== ticket) return;
    ticket++;
    useDataset.setState({ report, file, reading: null, page: 0, previews: [] });
    announce(`${report.name}: ${report.validCount} of ${countOf(report.lineCount, "line")} are valid.`);
    await refreshPreview();
  } catch (error) {
    if (mine !== ticket) return;
    ticket++;
    useDataset.setState({ reading: null, error: toErrorRecord(error) });
  }
}

export async function openSample(fileName: string): Promise<void> {
  try {
    await openDataset(await fetchSample(fileName));
  } catch (error) {
    useDataset.setState({ error: toErrorRecord(error) });
  }
}

export async function showPage(page: number): Promise<void> {
  useDataset.setState({ page });
  await refreshPreview();
}

/** Reads the page of examples again: another page, another tokenizer or another sequence length. */
export async function refreshPreview(): Promise<void> {
  const mine = ++lastPreview;
  const { report, page } = useDataset.getState();
  if (!report) return;
  const seqLength = readForm(useTrainForm.getState(), null).config.seqLength;
  try {
    const previews = await data.preview(page * examplesPerPage, examplesPerPage, seqLength);
    if (mine === lastPreview) useDataset.setState({ previews, previewError: null });
  } catch (error) {
    if (mine === lastPreview) useDataset.setState({ previewError: toErrorRecord(error) });
  }
}

export async function closeDataset(): Promise<void> {
  lastPreview++;
  await data.clear();
  useDataset.setState({ report: null, file: null, error: null, page: 0, previews: [], previewError: null });
}

export function dismissDatasetError(): void {
  useDataset.setState({ error: null });
}
