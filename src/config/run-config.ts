// What a training run is asked to do. Each knob describes itself once; the form, the parser, the headless options and
// the documentation all read this table.
import { AtelierError } from "../base/errors.ts";

export const schedules = ["cosine", "linear", "constant"] as const;
export type ScheduleName = (typeof schedules)[number];

/** Which turns of a chat are learned, as a choice that describes itself. */
export const turnChoices = {
  all: { label: "All answers", help: "Every answer of the assistant." },
  last: { label: "Last answer", help: "Only the last answer of each chat; what came before is context." },
  everything: { label: "Everything", help: "Every token: questions, system messages and what the template writes, too." },
} as const;
export type TurnChoice = keyof typeof turnChoices;
export const turnChoiceNames = Object.keys(turnChoices) as TurnChoice[];

/** PEFT's word for all linear layers of the blocks, whatever a family calls them. */
export const allLinear = "all-linear";

export interface NumberKnob {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Undefined: any real number. */
  readonly integer?: true;
  readonly default: number;
  readonly help: string;
}

export const numberKnobs = {
  steps: { label: "Steps", min: 1, max: 100_000, integer: true, default: 90, help: "Optimizer updates in the whole run." },
  batchSize: {
    label: "Batch size",
    min: 1,
    max: 64,
    integer: true,
    default: 8,
    help: "Examples computed at once. More needs more memory.",
  },
  accumulate: {
    label: "Gradient accumulation",
    min: 1,
    max: 256,
    integer: true,
    default: 1,
    help: "Batches whose gradients are added up before one update: a larger effective batch without more memory.",
  },
  seqLength: {
    label: "Sequence length",
    min: 8,
    max: 8192,
    integer: true,
    default: 256,
    help: "Longest example in tokens. Longer ones are left out, and named.",
  },
  rank: {
    label: "LoRA rank",
    min: 1,
    max: 256,
    integer: true,
    default: 16,
    help: "Width of the adapter. Higher learns more and takes more memory.",
  },
  alpha: { label: "LoRA alpha", min: 1, max: 1024, default: 32, help: "The adapter's output is scaled by alpha / rank." },
  learningRate: {
    label: "Learning rate",
    min: 0,
    max: 1,
    default: 0.0015,
    help: "Peak step size. Lower it if the loss jumps or becomes NaN.",
  },
  warmupSteps: {
    label: "Warmup steps",
    min: 0,
    max: 100_000,
    integer: true,
    default: 5,
    help: "Steps over which the learning rate rises from zero to its peak.",
  },
  weightDecay: {
    label: "Weight decay",
    min: 0,
    max: 1,
    default: 0,
    help: "Decoupled decay of AdamW, times the learning rate, at every step.",
  },
  clipNorm: {
    label: "Gradient clipping",
    min: 0,
    max: 1000,
    default: 1,
    help: "Largest global norm of the gradient. 0 turns clipping off.",
  },
  validationFraction: {
    label: "Validation share",
    min: 0,
    max: 0.5,
    default: 0.1,
    help: "Share of the examples kept out of training to measure the validation loss. Of fewer than 20 none is kept out.",
  },
  evaluateEvery: {
    label: "Evaluate every",
    min: 0,
    max: 100_000,
    integer: true,
    default: 20,
    help: "Steps between measurements of the validation loss. 0: never.",
  },
  checkpointEvery: {
    label: "Checkpoint every",
    min: 0,
    max: 100_000,
    integer: true,
    default: 20,
    help: "Steps between checkpoints. 0: only when the run pauses or ends.",
  },
  seed: { label: "Seed", min: 0, max: 4_294_967_295, integer: true, default: 42, help: "Same seed, same data, same engine: same run." },
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
    schedule: parseOneOf("schedule", schedules, input["schedule"] ?? defaultRunConfig.schedule),
    targets: parseTargets(input["targets"] ?? defaultRunConfig.targets),
    turns: parseOneOf("turns", turnChoiceNames, input["turns"] ?? defaultRunConfig.turns),
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
  throw new AtelierError(
    "config/invalid",
    `The adapter's rank is ${rank} and its alpha ${alpha}.`,
    "Expected a positive whole number and a number.",
  );
}

function parseNumber(name: NumberKnobName, value: unknown): number {
  const knob: NumberKnob = numberKnobs[name];
  if (value === undefined) return knob.default;
  const inRange = typeof value === "number" && value >= knob.min && value <= knob.max;
  if (inRange && (!knob.integer || Number.isInteger(value))) return value;
  throw new AtelierError(
    "config/invalid",
    `${knob.label} is ${typeof value === "number" ? value : JSON.stringify(value)}; expected ${knob.integer ? "a whole number" : "a number"} from ${knob.min} to ${knob.max}.`,
    knob.help,
  );
}

export function parseOneOf<T extends string>(label: string, options: readonly T[], value: unknown): T {
  const found = options.find((option) => option === value);
  if (found !== undefined) return found;
  throw new AtelierError("config/invalid", `${label} is ${JSON.stringify(value)}.`, `Choose one of: ${options.join(", ")}.`);
}

function parseTargets(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new AtelierError("config/invalid", "No target modules are chosen.", `Choose at least one, such as q_proj, or ${allLinear}.`);
  }
  const wrong: unknown = value.find((name) => typeof name !== "string" || !/^[\w.-]+$/.test(name));
  if (wrong !== undefined) {
    throw new AtelierError("config/invalid", `Target module is ${JSON.stringify(wrong)}.`, `Give names such as q_proj, or ${allLinear}.`);
  }
  return [...new Set(value as string[])];
}
