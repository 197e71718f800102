// The kinds of knob, and how a value of each is read: one parser per kind, whoever asks (form, command, file, stored run). What a knob is
// called and what it does is said by "knob/steps-label", "knob/steps-help" and so on.
import { AtelierError } from "../base/errors.ts";
import type { MessageKey } from "../words/catalog.ts";
import { commas, words, type Text, type Words } from "../words/message.ts";

/** Of knobs that have words. */
type SaidName<Key = MessageKey> = Key extends `knob/${infer Name}-label` ? Name : never;

interface Said {
  /** The name whose words stand in for those of its own, where one name means something else elsewhere. */
  readonly saidAs?: SaidName;
}

export interface NumberKnob extends Said {
  readonly type: "number";
  readonly min: number;
  readonly max: number;
  /** Undefined: any real number. */
  readonly integer?: true;
  /** The range is what is offered; what exists already may lie outside: any factor, any whole number from the least on. */
  readonly isSize?: true;
  readonly default: number;
}

export interface ChoiceKnob extends Said {
  readonly type: "choice";
  readonly choices: readonly string[];
  readonly default: string;
}

export interface FlagKnob extends Said {
  readonly type: "flag";
  readonly default: boolean;
}

/** Names of modules, each once. */
export interface ListKnob extends Said {
  readonly type: "list";
  /** "targets" holds at least one name; one in slashes is a regular expression. */
  readonly of: "targets" | "modules";
  readonly default: readonly string[];
}

export interface TextKnob extends Said {
  readonly type: "text";
  /** Undefined: any text. */
  readonly isValid?: (text: string) => boolean;
  readonly default: string;
}

export type Knob = NumberKnob | ChoiceKnob | FlagKnob | ListKnob | TextKnob;

/** By the names of the knobs. */
export type Knobs = Readonly<Record<string, Knob>>;

export type KnobValue<K extends Knob = Knob> = K extends NumberKnob
  ? number
  : K extends ChoiceKnob
    ? K["choices"][number]
    : K extends FlagKnob
      ? boolean
      : K extends ListKnob
        ? readonly string[]
        : string;

export function knobLabel(name: SaidName, { saidAs }: Said = {}): Words {
  return words(`knob/${saidAs ?? name}-label`);
}

export function knobHelp(name: SaidName, { saidAs }: Said = {}): Words {
  return words(`knob/${saidAs ?? name}-help`);
}

/**
 * @param sizes "any": those of what exists already, which may be larger than what is offered
 * @throws AtelierError `config/invalid` naming the knob, the value found and what can be
 */
export function parseKnob(name: SaidName, knob: Knob, value: unknown, sizes: "offered" | "any" = "offered"): KnobValue {
  switch (knob.type) {
    case "number":
      return parseNumber(name, knob, value, sizes);
    case "choice":
      return parseOneOf(knobLabel(name, knob), knob.choices, value);
    case "flag":
      if (typeof value === "boolean") return value;
      throw new AtelierError("config/invalid#flag", { knob: knobLabel(name, knob), found: written(value), help: knobHelp(name, knob) });
    case "list":
      return parseNames(name, knob, value);
    case "text":
      if (typeof value === "string" && (knob.isValid?.(value) ?? true)) return value;
      throw new AtelierError("config/invalid#text", { knob: knobLabel(name, knob), found: written(value), help: knobHelp(name, knob) });
    default:
      return knob satisfies never;
  }
}

/** @param knob what a reader knows it by: its label, or an option of the command */
export function parseOneOf<T extends string>(knob: Text, choices: readonly T[], value: unknown): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new AtelierError("config/invalid#choice", { knob, found: written(value), choices: commas(choices) });
}

function parseNumber(name: SaidName, knob: NumberKnob, value: unknown, sizes: "offered" | "any"): number {
  const isRight = typeof value === "number" && Number.isFinite(value) && (!knob.integer || Number.isInteger(value));
  const inRange = isRight && value >= knob.min && value <= knob.max;
  const canExist = isRight && sizes === "any" && knob.isSize === true && (!knob.integer || value >= knob.min);
  if (inRange || canExist) return value;
  throw new AtelierError("config/invalid#number", {
    knob: knobLabel(name, knob),
    found: written(value),
    kind: knob.integer ? "whole" : "other",
    min: knob.min,
    max: knob.max,
    help: knobHelp(name, knob),
  });
}

const modulePattern = /^[\w.-]+$/;
/** A regular expression, which PEFT matches with the whole path of a module. */
const expressionPattern = /^\/.+\/$/;

function parseNames(name: SaidName, knob: ListKnob, value: unknown): readonly string[] {
  const label = knobLabel(name, knob);
  if (!Array.isArray(value)) throw new AtelierError("config/invalid#list", { knob: label, found: written(value) });
  if (knob.of === "targets" && value.length === 0) throw new AtelierError("config/invalid#no-targets", { all: allLinear });
  const isName = (item: unknown): boolean =>
    typeof item === "string" && (modulePattern.test(item) || (knob.of === "targets" && expressionPattern.test(item)));
  const wrong: unknown = value.find((item) => !isName(item));
  if (wrong === undefined) return [...new Set(value as string[])];
  if (knob.of === "targets") throw new AtelierError("config/invalid#target-name", { found: written(wrong), all: allLinear });
  throw new AtelierError("config/invalid#module-name", { knob: label, found: written(wrong) });
}

/** PEFT's word for all linear layers of the blocks, whatever a family calls them. */
export const allLinear = "all-linear";

/** As JSON, which has no word for NaN. */
export function written(value: unknown): string {
  return typeof value === "number" || value === undefined ? String(value) : JSON.stringify(value);
}
