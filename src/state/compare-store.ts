// Forms of the loaded model's weights side by side: what each takes, and what was measured of it. One pure function takes the
// worker's news in, another makes the rows that are shown; the figures of one table are always of the same tokens.
import { create } from "zustand";
import { isExact, ownQuantizations, type OwnQuantization, type Quantization } from "../config/quantizations.ts";
import type { Text, Words } from "../words/message.ts";
import type { CompareNews, ComparedForm, ErrorRecord, MeasuredForm, ModelInfo } from "./view-types.ts";

/** A form that the loaded model can be held in, with what is known before anything is measured. */
export interface ListedForm {
  readonly form: ComparedForm;
  readonly label: Text;
  readonly bitsPerWeight: number;
  /** Of the weights on the engine. */
  readonly bytes: number;
}

/** Over which text the table measures; null: the neutral one. */
export type MeasuredOver = { readonly name: string } | null;

export interface CompareState {
  readonly isOpen: boolean;
  readonly listed: readonly ListedForm[];
  /** Keys of the forms in the table. */
  readonly shown: readonly string[];
  /** What all that was measured has in common; another one makes a new table. */
  readonly subject: string | null;
  readonly over: MeasuredOver;
  readonly found: Readonly<Record<string, MeasuredForm>>;
  readonly left: Readonly<Record<string, ErrorRecord>>;
  /** What is being done; null while nothing is measured. */
  readonly working: CompareNews | { readonly kind: "reading" } | null;
  /** Forms of the measurement under way, and how many of them are done. */
  readonly asked: number;
  readonly done: number;
  /** How the last measurement ended, where that has to be said. */
  readonly note: Words | null;
  readonly error: ErrorRecord | null;
}

export const useCompare = create<CompareState>(() => ({
  isOpen: false,
  listed: [],
  shown: [],
  subject: null,
  over: null,
  found: {},
  left: {},
  working: null,
  asked: 0,
  done: 0,
  note: null,
  error: null,
}));

/** As published and f32 are equally exact; the former takes less memory. */
const exactForms: readonly Quantization[] = ["as-published", "none"];

export const keyOf = ({ quantization, quantizeHead }: ComparedForm): string => (quantizeHead ? `${quantization}+head` : quantization);

/** Both hold exactly the numbers of the file, those of the head too, whatever was preferred for it. */

function comparedForm({ quantization, quantizeHead }: ComparedForm): ComparedForm {
  return { quantization, quantizeHead: quantizeHead && !isExact(quantization) };
}

/** Forms that are in the table from the start, beside the one that is loaded. */
const usual: ReadonlySet<Quantization> = new Set(["as-published", "none", "f16", "int8", "int4-asym", "int4"]);

export function shownAtFirst(listed: readonly ListedForm[], model: ModelInfo): readonly string[] {
  const loaded = keyOf(comparedForm(model));
  return listed.map(({ form }) => form).flatMap((form) => (usual.has(form.quantization) || keyOf(form) === loaded ? [keyOf(form)] : []));
}

/** All that could be asked for; as published is only of use where the file has forms of its own. */
export function offeredForms({ quantizeHead }: ModelInfo, withoutFloat16: boolean): readonly ComparedForm[] {
  const own = ownQuantizations.filter((name: OwnQuantization) => !(name === "f16" && withoutFloat16));
  return own.map((quantization) => comparedForm({ quantization, quantizeHead }));
}

export function applyNews(state: CompareState, news: CompareNews): Partial<CompareState> {
  if (news.kind === "measured") {
    const { [keyOf(news.found.form)]: _before, ...left } = state.left;
    return { found: { ...state.found, [keyOf(news.found.form)]: news.found }, left, done: state.done + 1 };
  }
  if (news.kind === "left-out") return { left: { ...state.left, [keyOf(news.form)]: news.error }, done: state.done + 1 };
  return { working: news };
}

/** The parts of one form's measurement by what they usually take. */
const loadShare = 0.3;
const lossShare = 0.5;

/** 0 … 1 of the measurement under way. */
export function comparedShare({ working, asked, done }: CompareState): number {
  if (!working || asked === 0) return 0;
  return Math.min(1, (done + shareOfForm(working)) / asked);
}

function shareOfForm(working: NonNullable<CompareState["working"]>): number {
  switch (working.kind) {
    case "loading":
      return loadShare * working.fraction;
    case "measuring":
      return loadShare + (lossShare * working.tokens) / working.of;
    case "timing":
      return loadShare + lossShare;
    default:
      return 0;
  }
}

export interface CompareRow extends ListedForm {
  readonly key: string;
  readonly isLoaded: boolean;
  readonly found: MeasuredForm | null;
  readonly left: ErrorRecord | null;
  /** exp(loss − loss of the reference); null where not both are known. */
  readonly ratio: number | null;
  readonly isReference: boolean;
  /** How much worse than the reference, as a share of the worst in the table: 0 … 1. */
  readonly excess: number;
}

/** Below this, what differs is noise of the text; a bar would make much of it. */
const leastScale = 0.05;

function placeOf({ quantization }: ComparedForm): number {
  const place = exactForms.indexOf(quantization);
  return place < 0 ? exactForms.length : place;
}

/** The exact forms first, then by the bits they take. */
export function compareRows(state: CompareState, model: ModelInfo): readonly CompareRow[] {
  const listed = state.listed
    .filter(({ form }) => state.shown.includes(keyOf(form)))
    .toSorted((a, b) => placeOf(a.form) - placeOf(b.form) || b.bitsPerWeight - a.bitsPerWeight);
  const measured = listed.filter(({ form }) => state.found[keyOf(form)]);
  const reference = measured[0] && state.found[keyOf(measured[0].form)];
  const ratios = measured.map(({ form }) => ratioOf(state.found[keyOf(form)], reference) ?? 1);
  const scale = Math.max(leastScale, ...ratios.map((ratio) => ratio - 1));
  return listed.map((one) => {
    const key = keyOf(one.form);
    const found = state.found[key] ?? null;
    const ratio = ratioOf(found, reference);
    return {
      ...one,
      key,
      isLoaded: key === keyOf(comparedForm(model)),
      found,
      left: state.left[key] ?? null,
      ratio,
      isReference: found !== null && found === reference,
      excess: Math.min(1, Math.max(0, ((ratio ?? 1) - 1) / scale)),
    };
  });
}

function ratioOf(found: MeasuredForm | null | undefined, reference: MeasuredForm | undefined): number | null {
  return found && reference ? Math.exp(found.loss - reference.loss) : null;
}

/** What the perplexities of a table are compared with, in words. */
export function referenceOf(rows: readonly CompareRow[]): { readonly label: Text; readonly isExact: boolean } | null {
  const row = rows.find(({ isReference }) => isReference);
  return row ? { label: row.label, isExact: isExact(row.form.quantization) } : null;
}
