// The training form as it was filled in, and what it means. Every knob is checked by the parser that the worker uses, one by one, so
// that each message stands at its own field. A knob that nobody touched stands at its default, which may depend on other choices.
import { create } from "zustand";
import { errorRecord, messageOf, toErrorRecord } from "../base/errors.ts";
import { allLinear, parseKnob, type Knob, type KnobValue } from "../config/knobs.ts";
import { familyDefault } from "../config/methods.ts";
import {
  defaultOf,
  inSections,
  isFollowed,
  knobsOf,
  merged,
  offeredKinds,
  parseWithConflict,
  sectionNames,
  sectionOf,
  type DataConfig,
  type KnobName,
  type MethodConfig,
  type MethodKind,
  type ObjectiveKind,
  type OptimizerKind,
  type RunConfig,
  type SectionName,
} from "../config/run-config.ts";
import type { ScheduleName } from "../config/schedules.ts";
import { words, type Text } from "../words/message.ts";

/** As typed, chosen or ticked. */
export type Entry = string | boolean | readonly string[];

export interface TrainForm {
  readonly name: string;
  readonly method: MethodKind;
  readonly objective: ObjectiveKind;
  readonly optimizer: OptimizerKind;
  /** Of the knobs that were touched. */
  readonly entries: Readonly<Partial<Record<KnobName, Entry>>>;
}

/** What is set where the examples are shown. */
const setElsewhere: ReadonlySet<KnobName> = new Set<KnobName>(["turns"]);

/** What most runs are told apart by, in the order of the form; of a method the one that says how much it learns. */
const basicNames: readonly KnobName[] = [
  "steps",
  "learningRate",
  "rank",
  "virtualTokens",
  "blockSize",
  "bottleneckSize",
  "lastLayers",
  "tokenIds",
  "width",
  "depth",
  "batchSize",
  "seqLength",
];

/** Called by the messages train/preset-…. */
export const presets = [
  { id: "quick", steps: 30 },
  { id: "standard", steps: 90 },
  { id: "thorough", steps: 300 },
] as const;

export const useTrainForm = create<TrainForm>(() => ({
  name: "",
  method: offeredKinds.method[0] as MethodKind,
  objective: offeredKinds.objective[0] as ObjectiveKind,
  optimizer: offeredKinds.optimizer[0] as OptimizerKind,
  entries: {},
}));

type Choices = Pick<TrainForm, "method" | "objective" | "optimizer">;
export type Filled = Choices & Pick<TrainForm, "entries">;

function kindOf(form: Choices, section: SectionName): string {
  return section === "data" || section === "stopping" ? (offeredKinds[section][0] as string) : form[section];
}

/** A knob of the kinds that are chosen; undefined where they have none of that name. */
export function knobIn(form: Choices, name: KnobName): Knob | undefined {
  const section = sectionOf(name);
  return knobsOf(section, kindOf(form, section))[name];
}

/** The knobs that count with what is chosen. */
export function shownKnobs(form: Filled): readonly KnobName[] {
  const schedule = entryOf(form, "schedule") as ScheduleName;
  return sectionNames
    .flatMap((section) => Object.keys(knobsOf(section, kindOf(form, section))) as KnobName[])
    .filter((name) => isFollowed(name, schedule));
}

export function basicKnobs(form: Filled): readonly KnobName[] {
  const shown = shownKnobs(form);
  return basicNames.filter((name) => shown.includes(name) && isBasic(form, name));
}

/** Tokens are what the method of that name is about; beside an adapter they are a refinement. */
function isBasic({ method }: Filled, name: KnobName): boolean {
  return basicNames.includes(name) && !(name === "tokenIds" && method !== "tokens");
}

export function advancedKnobs(form: Filled): readonly KnobName[] {
  return shownKnobs(form).filter((name) => !isBasic(form, name) && !setElsewhere.has(name));
}

/** What a field shows. */
export function entryOf(form: Filled, name: KnobName): Entry {
  const knob = knobIn(form, name);
  return form.entries[name] ?? (knob ? writtenOut(knob, defaultOf(name, knob, form)) : "");
}

function writtenOut(knob: Knob, value: KnobValue): Entry {
  if (typeof value === "number") return String(value);
  return knob.type === "list" && knob.of === "modules" ? (value as readonly string[]).join(", ") : value;
}

/** Whether the run makes a tokenizer of the data: what the loaded one counts says nothing of it. */
export function makesTokenizer(form: Filled): boolean {
  return typedNumber(form, "vocabulary") !== null && entryOf(form, "vocabulary") !== "0";
}

export type FormErrors = Readonly<Partial<Record<KnobName, Text>>>;

export interface ReadForm {
  readonly config: RunConfig;
  readonly errors: FormErrors;
}

/**
 * Reads the form. A field with an error counts as its default, so that the rest of the page can go on.
 * @param contextLength of the loaded model, if there is one
 */
export function readForm(form: Filled, contextLength: number | null): ReadForm {
  const context = ownContext(form) ?? contextLength;
  const errors: Partial<Record<KnobName, Text>> = {};
  const values: Partial<Record<KnobName, KnobValue>> = {};
  for (const name of shownKnobs(form)) {
    const knob = knobIn(form, name);
    if (!knob) continue;
    const value = meant(knob, entryOf(form, name));
    const message =
      knobError(name, knob, value) ?? (name === "seqLength" ? contextError(value as number, context, addedTokens(form)) : undefined);
    if (message === undefined) values[name] = value;
    else errors[name] = message;
  }
  const kinds = { method: { kind: form.method }, objective: { kind: form.objective }, optimizer: { kind: form.optimizer } };
  const { config, conflict } = parseWithConflict(merged(kinds, inSections(values)));
  if (conflict) errors[conflict.knob] = messageOf(conflict.error);
  // The method alone is nothing; the engine says the same.
  if (form.method === "tokens" && values.tokenIds === "") errors.tokenIds = messageOf(errorRecord("config/invalid#no-tokens"));
  return { config, errors };
}

/** Virtual tokens of the method, as far as they are typed well. */
function addedTokens(form: Filled): number {
  return typedNumber(form, "virtualTokens") ?? 0;
}

/** Of a new model; null where the loaded one is trained. */
function ownContext(form: Filled): number | null {
  return typedNumber(form, "context");
}

/** Null where the method has no such knob, or no number is typed. */
function typedNumber(form: Filled, name: KnobName): number | null {
  const knob = knobIn(form, name);
  const value = knob ? meant(knob, entryOf(form, name)) : null;
  return typeof value === "number" ? value : null;
}

/** What an entry means; where it means nothing, itself. */
function meant(knob: Knob, entry: Entry): KnobValue {
  if (typeof entry !== "string") return entry;
  if (knob.type === "list") return entry.trim() === "" ? [] : entry.split(",").map((name) => name.trim());
  return knob.type === "number" ? parseNumber(entry, knob.integer === true) : entry;
}

/** A comma is a decimal point. In a whole number either sign would part thousands, to some: 1,000 must not become 1. */
function parseNumber(text: string, isInteger: boolean): number | string {
  if (isInteger && /[.,]/.test(text)) return text;
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || Number.isNaN(value) ? text : value;
}

function knobError(name: KnobName, knob: Knob, value: unknown): Text | undefined {
  try {
    parseKnob(name, knob, value);
    return undefined;
  } catch (error) {
    return messageOf(toErrorRecord(error));
  }
}

/** @param added what the method puts before every sequence, which takes of the context */
function contextError(seqLength: number, contextLength: number | null, added: number): Text | undefined {
  if (contextLength === null || seqLength + added <= contextLength) return undefined;
  return words("train/within-context", { context: contextLength - added, added });
}

export function setKnob(name: KnobName, entry: Entry): void {
  useTrainForm.setState(({ entries }) => ({ entries: { ...entries, [name]: entry } }));
}

/** What was set for the former method goes with it, and the learning rate, which fits what is trained and how: scales differ. */
export function withKind<S extends keyof Choices>(form: TrainForm, section: S, kind: Choices[S]): TrainForm {
  if (form[section] === kind) return form;
  const gone = new Set<string>([...(section === "method" ? Object.keys(knobsOf("method", form.method)) : ["momentum"]), "learningRate"]);
  const kept = Object.entries(form.entries).filter(([name]) => !gone.has(name));
  return { ...form, [section]: kind, entries: Object.fromEntries(kept) };
}

export function chooseKind<S extends keyof Choices>(section: S, kind: Choices[S]): void {
  useTrainForm.setState((form) => withKind(form, section, kind));
}

/** Sets what is given and leaves the other knobs as they are, but for those of a method that another replaces. */
export function applyToForm({ method, ...data }: Partial<Omit<DataConfig, "kind">> & { readonly method?: MethodConfig }): void {
  useTrainForm.setState((form) => {
    const { kind = form.method, ...ofMethod } = method ?? {};
    const chosen = withKind(form, "method", kind);
    const given = Object.entries({ ...data, ...ofMethod }) as [KnobName, KnobValue][];
    const entries = given.flatMap(([name, value]) => {
      const knob = knobIn(chosen, name);
      return knob ? [[name, writtenOut(knob, value)] as const] : [];
    });
    return { method: chosen.method, entries: { ...chosen.entries, ...Object.fromEntries(entries) } };
  });
}

export function setRunName(name: string): void {
  useTrainForm.setState({ name });
}

/** Which of the model's modules the form means. */
export function chosenTargets(targets: readonly string[], available: readonly string[]): readonly string[] {
  return targets.includes(allLinear) ? available : available.filter((name) => targets.includes(name));
}

/** @param available the model's modules; names of another model are dropped. What PEFT takes for the family stands alone. */
export function toggleTarget(target: string, available: readonly string[]): void {
  if (target === familyDefault) {
    setKnob("targets", [familyDefault]);
    return;
  }
  const before = chosenTargets(entryOf(useTrainForm.getState(), "targets") as readonly string[], available);
  const after = available.filter((name) => (name === target ? !before.includes(name) : before.includes(name)));
  setKnob("targets", after.length === available.length ? [allLinear] : after);
}

export function resetForm(): void {
  useTrainForm.setState(useTrainForm.getInitialState());
}
