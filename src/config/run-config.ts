// What a training run is asked to do, in five sections. Each is of a kind, and each kind has its knobs, which describe themselves once:
// form, parser, headless options, YAML and documentation all read these tables.
import { AtelierError } from "../base/errors.ts";
import { isRecord, type Json } from "../base/json.ts";
import { commas, words, type Text, type Words } from "../words/message.ts";
import { conflictIn, type Conflict } from "./conflicts.ts";
import { knobLabel, parseKnob, parseOneOf, written, type Knob, type Knobs, type KnobValue } from "./knobs.ts";
import { recommendedRate } from "./learning-rates.ts";
import { methodKnobs } from "./methods.ts";
import { optimizerKnobs } from "./optimizers.ts";
import { goesWith, type ScheduleName } from "./schedules.ts";

/** Which turns of a chat are learned; "turns/all-label", "turns/all-help" and so on say what each is. */
export const turnChoiceNames = ["all", "last", "everything"] as const;
export type TurnChoice = (typeof turnChoiceNames)[number];

export const sections = {
  data: {
    examples: {
      batchSize: { type: "number", min: 1, max: 64, integer: true, default: 8 },
      accumulate: { type: "number", min: 1, max: 256, integer: true, default: 1 },
      seqLength: { type: "number", min: 8, max: 8192, integer: true, default: 256 },
      validationFraction: { type: "number", min: 0, max: 0.5, default: 0.1 },
      turns: { type: "choice", choices: turnChoiceNames, default: "all" },
      seed: { type: "number", min: 0, max: 4_294_967_295, integer: true, default: 42 },
    },
  },
  method: methodKnobs,
  objective: {
    "cross-entropy": {
      labelSmoothing: { type: "number", min: 0, max: 0.99, default: 0 },
      neftune: { type: "number", min: 0, max: 100, default: 0 },
    },
  },
  optimizer: optimizerKnobs,
  stopping: {
    steps: {
      steps: { type: "number", min: 1, max: 100_000, integer: true, default: 90 },
      evaluateEvery: { type: "number", min: 0, max: 100_000, integer: true, default: 20 },
      checkpointEvery: { type: "number", min: 0, max: 100_000, integer: true, default: 20 },
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Knobs>>>>;

export type SectionName = keyof typeof sections;
export const sectionNames = Object.keys(sections) as readonly SectionName[];

type Kinds<S extends SectionName> = (typeof sections)[S];
/** A section of any of its kinds; {@link KindOf} of one. */
type SectionOf<S extends SectionName> = { [K in keyof Kinds<S>]: KindOf<S, K> }[keyof Kinds<S>];
type KindOf<S extends SectionName, K extends keyof Kinds<S>> = { readonly kind: K } & {
  readonly [N in keyof Kinds<S>[K]]: Kinds<S>[K][N] extends Knob ? KnobValue<Kinds<S>[K][N]> : never;
};

export type RunConfig = { readonly [S in SectionName]: SectionOf<S> };
export type DataConfig = RunConfig["data"];
export type MethodConfig = RunConfig["method"];
export type ObjectiveConfig = RunConfig["objective"];
export type OptimizerConfig = RunConfig["optimizer"];
export type MethodKind = MethodConfig["kind"];
export type ObjectiveKind = ObjectiveConfig["kind"];
export type OptimizerKind = OptimizerConfig["kind"];

type KnobsIn<S extends SectionName> = { [K in keyof Kinds<S>]: keyof Kinds<S>[K] }[keyof Kinds<S>];
/** Of any kind of any section; no two sections have a knob of the same name. */
export type KnobName = { [S in SectionName]: KnobsIn<S> }[SectionName];

/** The kinds of each section; the first is the default. */
export const offeredKinds: { readonly [S in SectionName]: readonly RunConfig[S]["kind"][] } = {
  data: kindsOf(sections.data),
  method: kindsOf(sections.method),
  objective: kindsOf(sections.objective),
  optimizer: kindsOf(sections.optimizer),
  stopping: kindsOf(sections.stopping),
};

function kindsOf<K extends string>(kinds: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(kinds) as K[];
}

const homes: ReadonlyMap<string, SectionName> = new Map(
  sectionNames.flatMap((section) =>
    Object.values(sections[section]).flatMap((knobs) => Object.keys(knobs).map((name) => [name, section] as const)),
  ),
);

/** The section that a knob is of. */
export function sectionOf(name: KnobName): SectionName {
  return homes.get(name) as SectionName;
}

/** What was said of a configuration: some settings of some sections, not parsed yet. */
export type Given = Readonly<Partial<Record<SectionName, Json>>>;

/** Knobs by their names alone, put into the sections that they are of. */
export function inSections(knobs: Readonly<Partial<Record<KnobName, unknown>>>): Given {
  const of = (section: SectionName): Json => Object.fromEntries(Object.entries(knobs).filter(([name]) => homes.get(name) === section));
  return Object.fromEntries(sectionNames.map((section) => [section, of(section)]));
}

/** Setting by setting; what is said later counts. */
export function merged(...all: readonly Given[]): Given {
  const settings = (section: SectionName): Json => Object.assign({}, ...all.map((given) => given[section] ?? {})) as Json;
  return Object.fromEntries(sectionNames.map((section) => [section, settings(section)]));
}

/** The knobs of a kind, by their names. */
export function knobsOf(section: SectionName, kind: string): Readonly<Partial<Record<KnobName, Knob>>> {
  return (sections[section] as Readonly<Record<string, Knobs>>)[kind] ?? {};
}

/** What a knob's default depends on. */
export interface Choices {
  readonly method: MethodKind;
  readonly optimizer: OptimizerKind;
}

/** The value of a knob that nobody set. */
export function defaultOf(name: KnobName, knob: Knob, { method, optimizer }: Choices): KnobValue {
  return name === "learningRate" ? recommendedRate(method, optimizer) : knob.default;
}

/** Whether a knob counts for something: that of a schedule only with it. The others stay at their defaults. */
export function isFollowed(name: KnobName, schedule: ScheduleName | undefined): boolean {
  return schedule === undefined || goesWith(schedule, name);
}

/** Of numbers in the method's section: those that are offered, or any that an adapter can have. */
type Sizes = "offered" | "any";

/**
 * Parses an unknown value into a run configuration; sections, kinds and knobs that are absent take their defaults.
 * @throws AtelierError `config/invalid` naming what is wrong, the value found and what can be
 */
export function parseRunConfig(input: unknown): RunConfig {
  return parse(input, "offered");
}

/**
 * As {@link parseRunConfig}, for settings that may not go together.
 * @returns the configuration as it was asked for, and what of it does not go together
 */
export function parseWithConflict(given: Given): { readonly config: RunConfig; readonly conflict: Conflict | null } {
  const config = parseSettings(given, "offered");
  return { config, conflict: conflictIn(config) };
}

/**
 * As {@link parseRunConfig}, for what exists already: an adapter that was made elsewhere may have a rank or an alpha that the form does
 * not offer.
 * @throws AtelierError `config/invalid`
 */
export function parseStoredConfig(input: unknown): RunConfig {
  return parse(input, "any");
}

function parse(input: unknown, sizes: Sizes): RunConfig {
  const config = parseSettings(input, sizes);
  const conflict = conflictIn(config);
  if (conflict) throw conflict.error;
  return config;
}

/** Setting by setting, whether or not they go together. */
function parseSettings(input: unknown, sizes: Sizes): RunConfig {
  const given = requireObject(input ?? {}, words("section/all"));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(sections, name));
  if (unknown !== undefined) throw new AtelierError("config/invalid#section", { found: unknown, known: commas(sectionNames) });
  const fields = new Map(sectionNames.map((name) => [name, requireObject(given[name] ?? {}, sectionLabel(name))]));
  const kindOf = (section: SectionName): string =>
    parseOneOf<string>(sectionLabel(section), offeredKinds[section], fields.get(section)?.["kind"] ?? offeredKinds[section][0]);
  const choices = { method: kindOf("method"), optimizer: kindOf("optimizer") } as Choices;
  const parsed = sectionNames.map((section) => {
    const settings = { section, kind: kindOf(section), fields: fields.get(section) ?? {} };
    return [section, parseSection(settings, choices, section === "method" ? sizes : "offered")];
  });
  return Object.fromEntries(parsed) as RunConfig;
}

interface Settings {
  readonly section: SectionName;
  readonly kind: string;
  readonly fields: Json;
}

function parseSection({ section, kind, fields }: Settings, choices: Choices, sizes: Sizes): Json {
  const knobs = Object.entries(knobsOf(section, kind)) as [KnobName, Knob][];
  const known = knobs.map(([name]) => name);
  const refuse = (found: string): never => {
    const label = sectionLabel(section);
    throw new AtelierError("config/invalid#unknown", { section: label, kind, found, known: commas(known), count: known.length });
  };
  for (const name of Object.keys(fields)) if (name !== "kind" && !knobs.some(([own]) => own === name)) refuse(name);
  const read = knobs.map(([name, knob]) => {
    const standard = defaultOf(name, knob, choices);
    const value = parseKnob(name, knob, fields[name] === undefined ? standard : fields[name], sizes);
    return { name, knob, value, isDefault: JSON.stringify(value) === JSON.stringify(standard) };
  });
  const values = Object.fromEntries(read.map(({ name, value }) => [name, value]));
  for (const { name, knob, value } of read.filter(({ isDefault }) => !isDefault)) {
    if (!isFollowed(name, values["schedule"] as ScheduleName | undefined))
      throw notOfSchedule(name, knob, value, values["schedule"] as ScheduleName);
  }
  return { kind, ...values };
}

function notOfSchedule(name: KnobName, knob: Knob, value: unknown, schedule: ScheduleName): AtelierError {
  return new AtelierError("config/invalid#other-schedule", {
    knob: knobLabel(name, knob),
    found: written(value),
    schedule: words(`schedule/${schedule}`),
  });
}

function sectionLabel(section: SectionName): Words {
  return words(`section/${section}-label`);
}

function requireObject(value: unknown, section: Text): Json {
  if (isRecord(value)) return value;
  throw new AtelierError("config/invalid#no-object", { section, found: written(value), known: commas(sectionNames) });
}

export const defaultRunConfig: RunConfig = parseRunConfig({});
