// What a training run is asked to do. Each knob describes itself once; the form, the parser, the headless options and
// the documentation all read this table.
import { AtelierError } from "../base/errors.ts";
import { commas, words, type Text } from "../words/message.ts";

export const schedules = ["cosine", "linear", "constant"] as const;
export type ScheduleName = (typeof schedules)[number];

/** Which turns of a chat are learned; "turns/all-label", "turns/all-help" and so on say what each is. */
export const turnChoiceNames = ["all", "last", "everything"] as const;
export type TurnChoice = (typeof turnChoiceNames)[number];

/** PEFT's word for all linear layers of the blocks, whatever a family calls them. */
export const allLinear = "all-linear";

/** What it is called and what it does is said by "knob/steps-label", "knob/steps-help" and so on. */
export interface NumberKnob {
  readonly min: number;
  readonly max: number;
  /** Undefined: any real number. */
  readonly integer?: true;
  readonly default: number;
}

export const numberKnobs = {
  steps: { min: 1, max: 100_000, integer: true, default: 90 },
  batchSize: { min: 1, max: 64, integer: true, default: 8 },
  accumulate: { min: 1, max: 256, integer: true, default: 1 },
  seqLength: { min: 8, max: 8192, integer: true, default: 256 },
  rank: { min: 1, max: 256, integer: true, default: 16 },
  alpha: { min: 1, max: 1024, default: 32 },
  learningRate: { min: 0, max: 1, default: 0.0015 },
  warmupSteps: { min: 0, max: 100_000, integer: true, default: 5 },
  weightDecay: { min: 0, max: 1, default: 0 },
  clipNorm: { min: 0, max: 1000, default: 1 },
  validationFraction: { min: 0, max: 0.5, default: 0.1 },
  evaluateEvery: { min: 0, max: 100_000, integer: true, default: 20 },
  checkpointEvery: { min: 0, max: 100_000, integer: true, default: 20 },
  seed: { min: 0, max: 4_294_967_295, integer: true, default: 42 },
} as const satisfies Record<string, NumberKnob>;

export type NumberKnobName = keyof typeof numberKnobs;

export type RunConfig = { readonly [K in NumberKnobName]: number } & {
  readonly schedule: ScheduleName;
  /** Names as in PEFT's `target_modules`, or {@link allLinear} alone; which exist is the model's to say. */
  readonly targets: readonly string[];
  readonly turns: TurnChoice;
};

export const defaultRunConfig: RunConfig = {
  ...(Object.fromEntries(Object.entries(numberKnobs).map(([name, knob]) => [name, knob.default])) as Record<NumberKnobName, number>),
  schedule: "cosine",
  targets: [allLinear],
  turns: "all",
};

/**
 * Parses an unknown object into a run configuration; knobs that are absent take their defaults.
 * @throws AtelierError `config/invalid` naming the knob, the value found and the range.
 */
export function parseRunConfig(input: Readonly<Record<string, unknown>>): RunConfig {
  const numbers = Object.fromEntries(
    (Object.keys(numberKnobs) as NumberKnobName[]).map((name) => [name, parseNumber(name, input[name])]),
  ) as Record<NumberKnobName, number>;
  return {
    ...numbers,
    schedule: parseOneOf(words("knob/schedule-label"), schedules, input["schedule"] ?? defaultRunConfig.schedule),
    targets: parseTargets(input["targets"] ?? defaultRunConfig.targets),
    turns: parseOneOf(words("knob/turns-label"), turnChoiceNames, input["turns"] ?? defaultRunConfig.turns),
  };
}

/**
 * As {@link parseRunConfig}, for an adapter that exists: one that was made elsewhere may have a rank or an alpha that the form does
 * not offer.
 * @throws AtelierError `config/invalid`
 */
export function parseConfigOfAdapter(
  input: Readonly<Record<string, unknown>>,
  { rank, alpha, targets }: Pick<RunConfig, "rank" | "alpha" | "targets">,
): RunConfig {
  const { rank: anyRank, alpha: anyAlpha } = defaultRunConfig;
  const config = parseRunConfig({ ...input, targets, rank: anyRank, alpha: anyAlpha });
  if (Number.isInteger(rank) && rank >= 1 && Number.isFinite(alpha)) return { ...config, rank, alpha };
  throw new AtelierError("config/invalid#adapter", { rank: String(rank), alpha: String(alpha) });
}

function parseNumber(name: NumberKnobName, value: unknown): number {
  const knob: NumberKnob = numberKnobs[name];
  if (value === undefined) return knob.default;
  const inRange = typeof value === "number" && value >= knob.min && value <= knob.max;
  if (inRange && (!knob.integer || Number.isInteger(value))) return value;
  throw new AtelierError("config/invalid#number", {
    knob: words(`knob/${name}-label`),
    // JSON has no word for NaN.
    found: typeof value === "number" ? String(value) : JSON.stringify(value),
    kind: knob.integer ? "whole" : "other",
    min: knob.min,
    max: knob.max,
    help: words(`knob/${name}-help`),
  });
}

/** @param knob what a reader knows it by: its label, or an option of the command */
export function parseOneOf<T extends string>(knob: Text, choices: readonly T[], value: unknown): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new AtelierError("config/invalid#choice", { knob, found: JSON.stringify(value), choices: commas(choices) });
}

function parseTargets(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw new AtelierError("config/invalid#no-targets", { all: allLinear });
  const wrong: unknown = value.find((name) => typeof name !== "string" || !/^[\w.-]+$/.test(name));
  if (wrong !== undefined) throw new AtelierError("config/invalid#target-name", { found: JSON.stringify(wrong), all: allLinear });
  return [...new Set(value as string[])];
}
