// The verbs and options of the headless command, each described once: the parser and --help read these tables.
import { parseArgs } from "node:util";
import { AtelierError } from "../base/errors.ts";
import { defaultEndpoint } from "../config/model-source.ts";
import { quantizations, quantizationTable, quantizeHeadHelp } from "../config/quantizations.ts";
import {
  allLinear,
  defaultRunConfig,
  numberKnobs,
  schedules,
  turnChoiceNames,
  turnChoices,
  type NumberKnobName,
} from "../config/run-config.ts";
import { executionProviders } from "../protocol/engine-api.ts";

interface Option {
  /** What stands for the value in the help; absent for a flag. */
  readonly value?: string;
  readonly help: string;
  /** The run-configuration knob that this option sets. */
  readonly knob?: NumberKnobName;
}

const knob = (name: NumberKnobName): Option => ({
  value: "N",
  knob: name,
  help: `${numberKnobs[name].help} Default ${numberKnobs[name].default}.`,
});

const quantizationHelp = quantizations.map((name) => `${name} (${quantizationTable[name].bitsPerWeight.toPrecision(3)})`).join(", ");

export const options = {
  model: {
    value: "DIR|FILE.gguf|owner/name[@revision]|URL",
    help: "A folder with config.json, model.safetensors, tokenizer.json, tokenizer_config.json; one GGUF file; a model of the hub; or such a folder's address. A folder that is there goes before the hub. Default: the bundled model.",
  },
  endpoint: { value: "URL", help: `The hub that models are fetched from. Default ${defaultEndpoint}.` },
  "token-env": { value: "NAME", help: "Environment variable that holds the hub's token, for gated models." },
  adapter: {
    value: "DIR",
    help: "Adapter folder: adapter_config.json with adapter_model.safetensors (PEFT) or adapters.safetensors (mlx-lm). What there is to say about it is on stderr and in notes.",
  },
  ep: {
    value: executionProviders.join("|"),
    help: "Execution provider. Default: what the page would choose. A named one is never replaced.",
  },
  "require-gpu": {
    help: 'Runs on a real GPU or fails, before anything is loaded. Without it, an answer from a WebGPU adapter that computes on the CPU has "fallback": true; all others have no such key.',
  },
  quant: { value: "NAME", help: `How the base is held, with bits per weight: ${quantizationHelp}. Default int4.` },
  "quant-head": { help: quantizeHeadHelp },
  seed: { ...knob("seed"), help: `Seed of everything random. Default ${numberKnobs.seed.default}.` },
  ids: { value: "1,2,…", help: "Token ids." },
  batch: { value: "FILE.json", help: "One batch: input_ids, attention_mask, labels (unshifted, -100 where nothing is learned)." },
  grads: { value: "OUT.safetensors", help: "Writes the adapter's gradients under PEFT names. Needs --adapter." },
  data: { value: "FILE.jsonl", help: "Chats or documents: JSON Lines, or a JSON array." },
  turns: {
    value: turnChoiceNames.join("|"),
    help: `What of a chat is learned: ${turnChoiceNames.map((name) => `${name} (${turnChoices[name].help.replace(/\.$/, "")})`).join(", ")}. Default ${defaultRunConfig.turns}.`,
  },
  show: { value: "N", help: "Prints the first N usable examples as they are learned. Default 0." },
  steps: knob("steps"),
  seq: { ...knob("seqLength"), help: "Longest example in tokens; for bench the tokens of a sequence. Default 256." },
  "batch-size": knob("batchSize"),
  accumulate: knob("accumulate"),
  rank: knob("rank"),
  alpha: knob("alpha"),
  targets: { value: "a,b", help: `Modules that get an adapter. Which exist is the model's to say. Default ${allLinear}.` },
  lr: knob("learningRate"),
  schedule: { value: schedules.join("|"), help: "Course of the learning rate after the warmup. Default cosine." },
  warmup: knob("warmupSteps"),
  "weight-decay": knob("weightDecay"),
  clip: knob("clipNorm"),
  validation: {
    ...knob("validationFraction"),
    value: "X",
    help: "Share of the examples kept out to measure the validation loss. Default 0.",
  },
  "evaluate-every": knob("evaluateEvery"),
  "stop-after": { value: "N", help: "Ends after N steps of the schedule; --resume goes on from there." },
  resume: {
    value: "DIR",
    help: "Goes on with the run that an earlier train saved in DIR, as it was started. Options that the saved run decides are refused beside it.",
  },
  out: { value: "DIR", help: "Gets adapter_config.json, adapter_model.safetensors, history.jsonl and state.safetensors." },
  prompt: { value: "TEXT", help: "What the user says." },
  system: { value: "TEXT", help: "A system message before it." },
  raw: { help: "Continues the prompt as plain text, without the chat template." },
  "max-tokens": { value: "N", help: "Most tokens to generate. Default 128." },
  temperature: { value: "X", help: "0 is greedy. Default 0." },
  "top-p": { value: "X", help: "Keeps the likeliest tokens that together have this probability. Default 1: off." },
  "top-k": { value: "N", help: "Keeps this many tokens. Default 0: off." },
  shape: {
    value: "smollm2-135m|DIR",
    help: "What to time: that shape with random weights, or a model folder. Default: the bundled model.",
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof options;

const common = [
  "model",
  "endpoint",
  "token-env",
  "adapter",
  "ep",
  "require-gpu",
  "quant",
  "quant-head",
  "seed",
] as const satisfies readonly OptionName[];
/** What a run is asked to do: all that a resumed one brings itself. */
const trainingOptions = [
  "steps",
  "seq",
  "batch-size",
  "accumulate",
  "rank",
  "alpha",
  "targets",
  "lr",
  "turns",
  "schedule",
  "warmup",
  "weight-decay",
  "clip",
  "validation",
  "evaluate-every",
] as const satisfies readonly OptionName[];

const memoryOptions = ["seq", "batch-size", "accumulate", "rank", "targets"] as const satisfies readonly OptionName[];

interface Verb {
  readonly summary: string;
  readonly options: readonly OptionName[];
  readonly prints: string;
}

export const verbs = {
  engines: {
    summary: "What this browser offers.",
    options: [],
    prints: '{"webgpu":{"available","adapter","fallback","f16","limits"},"wasm":{"threads","simd"},"families"}',
  },
  logits: { summary: "Logits after the last id.", options: ["ids"], prints: '{"ep","logits"}' },
  loss: {
    summary: "Mean loss of a batch, and the adapter's gradients.",
    options: ["batch", "grads"],
    prints: '{"ep","loss","tokenCount","gradNorm"}',
  },
  train: {
    summary:
      "Trains an adapter. With --batch every step uses that batch; with --adapter training starts from it. finalLoss is measured after the last step, over all that was trained on. losses, lrs and gradNorms are of this call's steps; steps counts all. Ctrl-C ends after the step under way and keeps what was done.",
    options: ["data", "batch", ...trainingOptions, "stop-after", "resume", "out"],
    prints: '{"ep","load":{"ms","peakMemoryBytes"},"losses","finalLoss","lrs","gradNorms","tokensPerSecond","steps"}',
  },
  data: {
    summary:
      "What a run would learn from a file with this model's tokenizer and chat template; no weights are read. issues: examples that are left out, and, once per file, what the template does to the others.",
    options: ["data", "seq", "turns", "show"],
    prints:
      '{"format","lines","examples","usable","rows","tokens","learnedTokens","longest","ignored":{key:count},"issues":[{"line","code","message"}],"shown":[{"line","text","learned":["…"]}]}',
  },
  chat: {
    summary: "Answers a prompt, or continues ids.",
    options: ["prompt", "ids", "raw", "system", "max-tokens", "temperature", "top-p", "top-k"],
    prints: '{"ep","load":{"ms","peakMemoryBytes"},"text","ids","tokensPerSecond","promptTokens","stopReason"}',
  },
  bench: {
    summary: "Times the stages of a training step against the provider's own MatMul in the same run.",
    options: ["shape", ...memoryOptions],
    prints:
      '{"ep","matmulGflops","stages":{"blockForward":{"ms","gflops","shareOfMatmul"},…},"tokensPerSecond","memory":{"estimatedBytes","allocatedBytes","ratio","parts"}}',
  },
  info: {
    summary: "What a model is and what training it would take, from config.json and the header of the weights; nothing is loaded.",
    options: memoryOptions,
    prints:
      '{"family","parameters","context","layers","bytes":{"file","engine","host"},"budget":{"parts","totalBytes","limits","fits","roomBytes","proposals",…}}',
  },
} as const satisfies Record<string, Verb>;

export type VerbName = keyof typeof verbs;
export type Values = Partial<Record<OptionName, string | boolean>>;

/** @throws AtelierError `cli/usage` */
export function parseCommand(argv: readonly string[]): { verb: VerbName; values: Values } | "help" {
  const [name, ...rest] = argv;
  if (name === undefined || argv.includes("--help") || name === "help") return "help";
  if (!Object.hasOwn(verbs, name)) throw usage(`There is no verb "${name}".`, `Verbs: ${Object.keys(verbs).join(", ")}.`);
  const verb = name as VerbName;
  const accepted = [...common, ...verbs[verb].options];
  const config = Object.fromEntries(
    accepted.map((option) => [option, { type: "value" in options[option] ? ("string" as const) : ("boolean" as const) }]),
  );
  try {
    return {
      verb,
      values: parseArgs({ args: joinNegative(rest), options: config, strict: true, allowPositionals: false }).values,
    };
  } catch (error) {
    throw usage(
      error instanceof Error ? (error.message.split(". To specify")[0] ?? "") : String(error),
      `Options of ${verb}: ${accepted.map((option) => `--${option}`).join(" ")}.`,
    );
  }
}

/** `--lr -1` reads as a value, so that the range check can name it. */
function joinNegative(args: readonly string[]): string[] {
  const out: string[] = [];
  for (const arg of args) {
    if (/^-\d/.test(arg) && out.at(-1)?.startsWith("--")) out[out.length - 1] += `=${arg}`;
    else out.push(arg);
  }
  return out;
}

export function helpText(): string {
  const line = (name: OptionName): string => {
    const option: Option = options[name];
    return `      --${name}${option.value ? ` ${option.value}` : ""}\n          ${option.help}`;
  };
  const sections = (Object.keys(verbs) as VerbName[]).map((name) => {
    const { summary, prints, options: own } = verbs[name];
    return [`  ${name}`, `      ${summary}`, `      Prints ${prints}`, ...own.map(line)].join("\n");
  });
  return [
    "npm run -s headless -- <verb> [options]",
    "",
    "Runs Atelier's engine in headless Chromium, without the page. Prints one JSON object on stdout and progress on stderr.",
    'On failure it prints {"error":{"code","message","hint"}} and exits with 1 (2 where the command itself is wrong).',
    'An answer that was computed by a WebGPU adapter that is no GPU has "fallback": true besides.',
    "",
    "Options of every verb:",
    ...common.map(line),
    "",
    "Verbs:",
    sections.join("\n\n"),
    "",
  ].join("\n");
}

export function usage(message: string, hint: string): AtelierError {
  return new AtelierError("cli/usage", message, hint);
}
