// The training form as typed, and what it means. Every knob is checked by the parser that the worker uses, one by one, so
// that each message stands at its own field.
import { create } from "zustand";
import { messageOf, toErrorRecord } from "../base/errors.ts";
import {
  allLinear,
  defaultRunConfig,
  numberKnobs,
  parseRunConfig,
  type NumberKnobName,
  type RunConfig,
  type ScheduleName,
  type TurnChoice,
} from "../config/run-config.ts";
import { words, type Text } from "../words/message.ts";

export interface TrainForm {
  readonly name: string;
  /** As typed. */
  readonly numbers: Readonly<Record<NumberKnobName, string>>;
  readonly schedule: ScheduleName;
  readonly targets: readonly string[];
  readonly turns: TurnChoice;
}

export const knobNames = Object.keys(numberKnobs) as NumberKnobName[];
export const basicKnobs: readonly NumberKnobName[] = ["steps", "learningRate", "rank", "batchSize", "seqLength"];
export const advancedKnobs = knobNames.filter((name) => !basicKnobs.includes(name));

/** Called by the messages train/preset-…. */
export const presets = [
  { id: "quick", steps: 30 },
  { id: "standard", steps: 90 },
  { id: "thorough", steps: 300 },
] as const;

export const useTrainForm = create<TrainForm>(() => ({
  name: "",
  numbers: mapKnobs((name) => String(numberKnobs[name].default)),
  schedule: defaultRunConfig.schedule,
  targets: [allLinear],
  turns: defaultRunConfig.turns,
}));

export type FormErrors = Readonly<Partial<Record<NumberKnobName | "targets", Text>>>;

/**
 * Reads the form. A field with an error counts as its default, so that the rest of the page can go on.
 * @param contextLength of the loaded model, if there is one
 */
export function readForm(form: Pick<TrainForm, "numbers" | "schedule" | "targets" | "turns">, contextLength: number | null): ReadForm {
  const errors: Partial<Record<NumberKnobName | "targets", Text>> = {};
  const check = (field: NumberKnobName | "targets", value: unknown): unknown => {
    const message = fieldError({ [field]: value }) ?? (field === "seqLength" ? contextError(value as number, contextLength) : undefined);
    if (message !== undefined) errors[field] = message;
    return message === undefined ? value : undefined;
  };
  const numbers = mapKnobs((name) => check(name, parseNumber(name, form.numbers[name])));
  const targets = check("targets", form.targets);
  return { config: parseRunConfig({ ...numbers, targets, schedule: form.schedule, turns: form.turns }), errors };
}

export interface ReadForm {
  readonly config: RunConfig;
  readonly errors: FormErrors;
}

/** A comma is a decimal point. In a whole number either sign would part thousands, to some: 1,000 must not become 1. */
function parseNumber(name: NumberKnobName, text: string): number | string {
  if ("integer" in numberKnobs[name] && /[.,]/.test(text)) return text;
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || Number.isNaN(value) ? text : value;
}

function fieldError(input: Readonly<Record<string, unknown>>): Text | undefined {
  try {
    parseRunConfig(input);
    return undefined;
  } catch (error) {
    return messageOf(toErrorRecord(error));
  }
}

function contextError(seqLength: number, contextLength: number | null): Text | undefined {
  if (contextLength === null || seqLength <= contextLength) return undefined;
  return words("train/within-context", { context: contextLength });
}

function mapKnobs<T>(value: (name: NumberKnobName) => T): Record<NumberKnobName, T> {
  return Object.fromEntries(knobNames.map((name) => [name, value(name)])) as Record<NumberKnobName, T>;
}

export function setKnob(name: NumberKnobName, text: string): void {
  useTrainForm.setState(({ numbers }) => ({ numbers: { ...numbers, [name]: text } }));
}

/** Sets the knobs that are given and leaves the others as they are typed. */
export function applyToForm({ targets, ...numbers }: Partial<Pick<RunConfig, NumberKnobName | "targets">>): void {
  useTrainForm.setState((form) => ({
    numbers: { ...form.numbers, ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])) },
    ...(targets ? { targets } : {}),
  }));
}

export function setSchedule(schedule: ScheduleName): void {
  useTrainForm.setState({ schedule });
}

export function setTurns(turns: TurnChoice): void {
  useTrainForm.setState({ turns });
}

export function setRunName(name: string): void {
  useTrainForm.setState({ name });
}

/** Which of the model's modules the form means. */
export function chosenTargets(targets: readonly string[], available: readonly string[]): readonly string[] {
  return targets.includes(allLinear) ? available : available.filter((name) => targets.includes(name));
}

/** @param available the model's modules; names of another model are dropped */
export function toggleTarget(target: string, available: readonly string[]): void {
  useTrainForm.setState(({ targets }) => {
    const before = chosenTargets(targets, available);
    const after = available.filter((name) => (name === target ? !before.includes(name) : before.includes(name)));
    return { targets: after.length === available.length ? [allLinear] : after };
  });
}

export function resetForm(): void {
  useTrainForm.setState(useTrainForm.getInitialState());
}
