// The options of the knobs, made from their tables: one for each knob that some offered kind has.
import { knobHelp, type Knob } from "../config/knobs.ts";
import { offeredSchedules } from "../config/schedules.ts";
import { isFollowed, knobsOf, offeredKinds, sectionNames, type KnobName, type SectionName } from "../config/run-config.ts";
import { commas, words, type Text, type Words } from "../words/message.ts";

export interface Option {
  /** What stands for the value in the help; absent for a flag. */
  readonly value?: Text;
  readonly help: Words;
  /** As it would be typed, or what it stands for. */
  readonly default?: Text;
}

/** Options that are shorter than the knob's name. */
const shortNames = {
  seqLength: "seq",
  learningRate: "lr",
  warmupSteps: "warmup",
  clipNorm: "clip",
  validationFraction: "validation",
} as const satisfies Partial<Record<KnobName, string>>;

type Kebab<Name extends string> = Name extends `${infer Head}${infer Rest}`
  ? Rest extends Uncapitalize<Rest>
    ? `${Lowercase<Head>}${Kebab<Rest>}`
    : `${Lowercase<Head>}-${Kebab<Rest>}`
  : "";
type NameOf<Name extends KnobName> = Name extends keyof typeof shortNames ? (typeof shortNames)[Name] : Kebab<Name>;

export type KnobOption = { [Name in KnobName]: NameOf<Name> }[KnobName];

interface OfferedKnob {
  readonly name: KnobName;
  readonly option: KnobOption;
  readonly section: SectionName;
  /** Of each offered kind that has it. */
  readonly knobs: readonly Knob[];
  /** Those kinds. */
  readonly kinds: readonly string[];
}

/** In the order of the tables. */
export const offeredKnobs: readonly OfferedKnob[] = collect();

function collect(): readonly OfferedKnob[] {
  const found = new Map<KnobName, OfferedKnob>();
  for (const section of sectionNames)
    for (const kind of offeredKinds[section])
      for (const [name, knob] of Object.entries(knobsOf(section, kind)) as [KnobName, Knob][])
        if (offeredSchedules.some((schedule) => isFollowed(name, schedule)))
          found.set(name, {
            name,
            option: optionOf(name),
            section,
            knobs: [...(found.get(name)?.knobs ?? []), knob],
            kinds: [...(found.get(name)?.kinds ?? []), kind],
          });
  return [...found.values()];
}

function optionOf(name: KnobName): KnobOption {
  const short: Readonly<Partial<Record<KnobName, string>>> = shortNames;
  return (short[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)) as KnobOption;
}

/** Where the command says more than the form, or starts from another value. */
const ofCommand: Readonly<Partial<Record<KnobName, Partial<Option>>>> = {
  seed: { help: words("option/seed") },
  seqLength: { help: words("option/seq") },
  targets: { help: words("option/targets") },
  turns: { help: words("option/turns") },
  validationFraction: { value: "X", help: words("option/validation"), default: "0" },
  checkpointEvery: { default: "0" },
};

export const knobOptions = Object.fromEntries(offeredKnobs.map((knob) => [knob.option, describe(knob)])) as Readonly<
  Record<KnobOption, Option>
>;

function describe({ name, section, knobs, kinds }: OfferedKnob): Option {
  const [knob] = knobs as [Knob];
  const standard = defaultOf(name, knobs);
  const { help = knobHelp(name, knob), ...own } = ofCommand[name] ?? {};
  const choices = onlyWith(name, section, kinds);
  return {
    value: valueOf(knob),
    help: choices ? words("option/only-with", { help, with: choices }) : help,
    ...(standard === undefined ? {} : { default: standard }),
    ...own,
  };
}

/** The kinds, or the schedules, that have it, where others do not. */
function onlyWith(name: KnobName, section: SectionName, kinds: readonly string[]): Text | null {
  const having = offeredSchedules.filter((schedule) => isFollowed(name, schedule));
  if (having.length < offeredSchedules.length) return commas(having);
  return kinds.length < offeredKinds[section].length ? commas(kinds) : null;
}

function valueOf(knob: Knob): Text {
  switch (knob.type) {
    case "number":
      return "N";
    case "choice":
      return knob.choices.join("|");
    case "flag":
      return "true|false";
    case "list":
      return "a,b";
    case "text":
      return words("value/text");
    default:
      return knob satisfies never;
  }
}

/** Undefined where it is empty. */
function defaultOf(name: KnobName, knobs: readonly Knob[]): Text | undefined {
  const depends = name === "learningRate" && offeredKinds.method.length * offeredKinds.optimizer.length > 1;
  const [first = "", ...others] = new Set(knobs.map((knob) => String(knob.default)));
  if (depends || others.length > 0) return words("option/depends", { value: first });
  return first === "" ? undefined : first;
}

/** Options of one section's knobs. */
export function optionsOf(section: SectionName): readonly KnobOption[] {
  return offeredKnobs.filter((knob) => knob.section === section).map(({ option }) => option);
}
