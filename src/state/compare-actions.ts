// Opens the comparison of forms, has them measured over the dataset that is open, and keeps what was measured as long as it is of
// the loaded model.
import { toErrorRecord } from "../base/errors.ts";
import { engine } from "../client/engine-client.ts";
import { shapeOf } from "../config/run-shape.ts";
import { commas, words } from "../words/message.ts";
import { announce } from "./announcements.ts";
import {
  applyNews,
  compareRows,
  keyOf,
  offeredForms,
  shownAtFirst,
  useCompare,
  type ListedForm,
  type MeasuredOver,
} from "./compare-store.ts";
import { useDataset } from "./dataset-store.ts";
import { tokenFor } from "./model-form.ts";
import { useModel } from "./model-store.ts";
import { datasetRows, neutralRows } from "./sample-rows.ts";
import { readForm, useTrainForm } from "./train-form.ts";
import type { BudgetReport, CompareNews, ComparedForm, ModelInfo, TokenizedExample } from "./view-types.ts";
import { weightsOf } from "./weights-words.ts";

/** So many predicted tokens tell forms apart to a hundredth of a nat. */
export const comparedTokens = 2000;

let lastListing = 0;

export async function openComparison(): Promise<void> {
  useCompare.setState({ isOpen: true });
  await listForms();
}

export function closeComparison(): void {
  useCompare.setState({ isOpen: false });
}

/** From now on a comparison goes with its model; the form that is loaded may change. */
export function followModel(): void {
  useModel.subscribe(({ model }, before) => {
    if (model === before.model) return;
    const { isOpen } = useCompare.getState();
    if (identityOf(model) !== identityOf(before.model)) {
      lastMeasurement++;
      useCompare.setState({ ...useCompare.getInitialState(), isOpen });
    }
    if (isOpen) void listForms();
  });
}

function identityOf(model: ModelInfo | null): string {
  return JSON.stringify(model && [model.name, model.commit, model.provider, model.parameters]);
}

/** What each form takes is known from the shapes alone. */
async function listForms(): Promise<void> {
  const mine = ++lastListing;
  const { model, report } = useModel.getState();
  if (!model) return;
  const withoutFloat16 = model.provider === "webgpu" && report?.webgpu.f16 === false;
  const published: ComparedForm = { quantization: "as-published", quantizeHead: false };
  const all = await Promise.all([published, ...offeredForms(model, withoutFloat16)].map((form) => listed(form, model)));
  if (mine !== lastListing) return;
  const found = all.flatMap((one) => one ?? []);
  useCompare.setState(({ shown }) => ({
    listed: found,
    shown: [...new Set([...shownAtFirst(found, model), ...shown.filter((key) => found.some(({ form }) => keyOf(form) === key))])],
  }));
}

/** Null where there is no such form: nothing in the file is published in one, or the file is gone. */
async function listed(form: ComparedForm, model: ModelInfo): Promise<ListedForm | null> {
  const report = await budgetOf(form, model).catch(() => null);
  if (!report || (form.quantization === "as-published" && report.held.form === form.quantization)) return null;
  const { held, parts } = report;
  const name = weightsOf({ ...form, held });
  const label = form.quantization === "as-published" ? words("compare/published", { forms: name }) : name;
  return { form, label, bitsPerWeight: held.bitsPerWeight, bytes: parts.weights };
}

function budgetOf(form: ComparedForm, model: ModelInfo): Promise<BudgetReport> {
  const { source } = useModel.getState();
  // Of the loaded model the shapes are known; what its file has is only known of one that is held so.
  const mustLook = form.quantization === "as-published" && model.quantization !== "as-published";
  const token = mustLook ? tokenFor(source) : undefined;
  return engine.budget({
    source: mustLook ? source : null,
    ...form,
    provider: model.provider,
    run: comparisonRun(model),
    ...(token === undefined ? {} : { token }),
    ...(mustLook && model.listing ? { listing: model.listing } : {}),
  });
}

/** The run whose step is timed: the training form as it stands. */
export function comparisonRun({ contextLength }: ModelInfo): BudgetReport["run"] {
  const run = shapeOf(readForm(useTrainForm.getState(), contextLength).config);
  return { ...run, seqLength: Math.min(run.seqLength, contextLength) };
}

export function addToComparison(key: string): void {
  useCompare.setState(({ shown }) => (shown.includes(key) ? {} : { shown: [...shown, key] }));
}

/** Over what is measured now. */
export function comparedOver(): MeasuredOver {
  const { report } = useDataset.getState();
  return report && report.validCount > 0 ? { name: report.name } : null;
}

let lastMeasurement = 0;

/** The forms of the table that are not measured yet; all of them where data or settings have changed since. */
export async function measureForms(): Promise<void> {
  const { model } = useModel.getState();
  if (!model || useCompare.getState().working) return;
  const mine = ++lastMeasurement;
  const [over, run] = [comparedOver(), comparisonRun(model)];
  const subject = subjectOf(model, over);
  const isSame = useCompare.getState().subject === subject;
  const fresh = { working: { kind: "reading" }, left: {}, note: null, error: null } as const;
  useCompare.setState({ ...fresh, ...(isSame ? {} : { subject, over, found: {} }) });
  const forms = pendingForms();
  useCompare.setState({ asked: forms.length, done: 0 });
  try {
    const rows = await readRows(over);
    const isEnded = mine !== lastMeasurement || useModel.getState().loading !== null;
    const asked = { ...sourceOf(model), forms, run, over: { rows, tokens: comparedTokens } };
    const end = isEnded ? "ended" : await engine.compareForms(asked, (news) => take(news, mine));
    if (mine !== lastMeasurement) return;
    useCompare.setState({ note: end === "ended" ? words("compare/ended") : null });
    announce(end === "ended" ? words("compare/ended") : words("compare/done", { forms: commas(forms.flatMap(labelOf)) }));
  } catch (error) {
    if (mine === lastMeasurement) useCompare.setState({ error: toErrorRecord(error) });
  } finally {
    if (mine === lastMeasurement) useCompare.setState({ working: null });
  }
}

function take(news: CompareNews, of: number): void {
  if (of === lastMeasurement) useCompare.setState((state) => applyNews(state, news));
}

/** The very tokens and the very step. */
function subjectOf(model: ModelInfo, over: MeasuredOver): string {
  const { files } = useDataset.getState();
  const { turns } = readForm(useTrainForm.getState(), null).config.data;
  return JSON.stringify([
    identityOf(model),
    over && [over.name, files?.map(({ size, lastModified }) => [size, lastModified]), turns],
    comparisonRun(model),
  ]);
}

/** Whether what the table shows would be measured again. */
export function isOutdated(model: ModelInfo): boolean {
  const { subject } = useCompare.getState();
  return subject !== null && subject !== subjectOf(model, comparedOver());
}

/** In the order of the table, so that the reference comes first. */
function pendingForms(): readonly ComparedForm[] {
  const { model } = useModel.getState();
  return model ? compareRows(useCompare.getState(), model).flatMap(({ form, found }) => (found ? [] : [form])) : [];
}

function labelOf(form: ComparedForm) {
  const { listed: all, found } = useCompare.getState();
  return all.flatMap((one) => (keyOf(one.form) === keyOf(form) && found[keyOf(form)] ? [one.label] : []));
}

function sourceOf({ listing }: ModelInfo) {
  const { source } = useModel.getState();
  const token = tokenFor(source);
  return { source, ...(token === undefined ? {} : { token }), ...(listing ? { listing } : {}) };
}

async function readRows(over: MeasuredOver): Promise<readonly TokenizedExample[]> {
  return over ? datasetRows() : neutralRows(comparedTokens);
}

/** What is being read before the first form needs no end of its own; nothing is measured after it. */
export async function cancelComparison(): Promise<void> {
  if (useCompare.getState().working?.kind === "reading") {
    lastMeasurement++;
    useCompare.setState({ working: null, note: words("compare/ended") });
  }
  await engine.cancelComparison();
}

export function dismissCompareError(): void {
  useCompare.setState({ error: null });
}
