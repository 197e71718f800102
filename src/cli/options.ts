// The verbs and options of the headless command, each described once: the parser and --help read these tables.
import { parseArgs } from "node:util";
import { AtelierError } from "../base/errors.ts";
import { defaultEndpoint } from "../config/model-source.ts";
import { ownQuantizations, quantizationTable } from "../config/quantizations.ts";
import { defaultRunConfig, offeredKinds } from "../config/run-config.ts";
import { languages } from "../language/languages.ts";
import { executionProviders } from "../protocol/execution-providers.ts";
import { commas, words, type Words } from "../words/message.ts";
import { knobOptions, offeredKnobs, optionsOf, type KnobOption, type Option } from "./knob-options.ts";

const quantizationForms = [
  "auto",
  "as-published",
  "int4-mixed",
  "gptq",
  ...ownQuantizations.map((name) => words("option/quant-form", { name, bits: quantizationTable[name].bitsPerWeight })),
];

const ownOptions = {
  model: { value: words("value/model"), help: words("option/model") },
  endpoint: { value: "URL", help: words("option/endpoint"), default: defaultEndpoint },
  "token-env": { value: words("value/name"), help: words("option/token-env") },
  adapter: { value: words("value/folder"), help: words("option/adapter") },
  ep: { value: executionProviders.join("|"), help: words("option/ep") },
  "require-gpu": { help: words("option/require-gpu") },
  quant: { value: words("value/name"), help: words("option/quant", { forms: commas(quantizationForms) }), default: "auto" },
  "quant-head": { help: words("quantization/head-help") },
  lang: { value: languages.join("|"), help: words("option/lang") },
  ids: { value: "1,2,…", help: words("option/ids") },
  batch: { value: words("value/batch"), help: words("option/batch") },
  grads: { value: words("value/gradients"), help: words("option/grads") },
  data: { value: words("value/data"), help: words("option/data") },
  map: { value: words("value/map"), help: words("option/map") },
  "validation-data": { value: words("value/data"), help: words("validation/option") },
  show: { value: "N", help: words("option/show"), default: "0" },
  method: { value: offeredKinds.method.join("|"), help: words("option/method"), default: defaultRunConfig.method.kind },
  optimizer: { value: offeredKinds.optimizer.join("|"), help: words("option/optimizer"), default: defaultRunConfig.optimizer.kind },
  config: { value: words("value/config"), help: words("option/config") },
  "stop-after": { value: "N", help: words("option/stop-after") },
  resume: { value: words("value/folder"), help: words("option/resume") },
  out: { value: words("value/folder"), help: words("option/out") },
  "check-published": { help: words("option/check-published") },
  prompt: { value: words("value/text"), help: words("option/prompt") },
  prompts: { value: words("value/data"), help: words("option/prompts") },
  system: { value: words("value/text"), help: words("option/system") },
  raw: { help: words("option/raw") },
  "max-tokens": { value: "N", help: words("option/max-tokens"), default: "128" },
  temperature: { value: "X", help: words("option/temperature"), default: "0" },
  "top-p": { value: "X", help: words("option/top-p") },
  "top-k": { value: "N", help: words("option/top-k") },
  forms: { value: "a,b", help: words("option/forms"), default: words("option/all-forms") },
  "as-chatted": { help: words("option/as-chatted") },
  text: { value: words("value/plain-text"), help: words("option/text") },
  tokens: { value: "N", help: words("option/tokens"), default: "2000" },
  shape: { value: words("value/shape"), help: words("option/shape") },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof ownOptions | KnobOption;

export const options: Readonly<Record<OptionName, Option>> = { ...ownOptions, ...knobOptions };

export const common = [
  "model",
  "endpoint",
  "token-env",
  "adapter",
  "ep",
  "require-gpu",
  "quant",
  "quant-head",
  "seed",
  "lang",
] as const satisfies readonly OptionName[];
/** What a run is asked to do: all that a resumed one brings itself. */
const trainingOptions: readonly OptionName[] = [
  "config",
  "method",
  "optimizer",
  ...offeredKnobs.map(({ option }) => option).filter((option) => option !== "seed"),
];

/** What decides how much memory a run takes. */
const memoryOptions: readonly OptionName[] = [
  "config",
  "seq",
  "batch-size",
  "accumulate",
  "method",
  ...optionsOf("method"),
  "optimizer",
  "precision",
];

/** What it does is said by "verb/engines" and so on. */
interface Verb {
  readonly options: readonly OptionName[];
  readonly prints: string;
  /** Where they are others than everywhere. */
  readonly defaults?: Readonly<Partial<Record<OptionName, string>>>;
}

/** What a bench times where nothing else is asked for; the rank where the method has one. */
export const benchDefaults = { batchSize: 1, rank: 8 } as const;

export const verbs = {
  engines: {
    options: [],
    prints: '{"webgpu":{"available","adapter","fallback","f16","limits"},"wasm":{"threads","simd"},"families"}',
  },
  logits: { options: ["ids"], prints: '{"ep","logits"}' },
  loss: {
    options: ["batch", "grads", "method", ...optionsOf("method")],
    prints: '{"ep","loss","tokenCount","gradNorm"}',
  },
  train: {
    options: ["data", "map", "validation-data", "batch", ...trainingOptions, "stop-after", "resume", "out", "check-published"],
    prints:
      '{"ep","load":{"ms","peakMemoryBytes"},"losses","finalLoss","lrs","gradNorms","method","optimizer","trainable","tokensPerSecond","steps","trainedOn","transfer":{"on":{"form","right","of"},"published":{"form","right","of"}}}',
  },
  data: {
    options: ["data", "map", "validation-data", "seq", "turns", "show"],
    prints:
      '{"container","files":[{"name","container","details","lines","examples"}],"mapping","format","lines","examples","usable","rows","tokens","learnedTokens","longest","ignored":{key:count},"issues":[{"file","line","code","message"}],"shown":[{"file","line","text","learned":["…"]}]}',
  },
  chat: {
    options: ["prompt", "prompts", "ids", "raw", "system", "max-tokens", "temperature", "top-p", "top-k"],
    prints:
      '{"ep","load":{"ms","peakMemoryBytes"},"text","ids","tokensPerSecond","promptTokens","stopReason"}; --prompts: {…,"answers":[{"text","ids","promptTokens","stopReason"}]}',
  },
  bench: {
    options: ["shape", ...memoryOptions],
    defaults: { "batch-size": String(benchDefaults.batchSize), rank: String(benchDefaults.rank) },
    prints:
      '{"ep","matmulGflops","stages":{"blockForward":{"ms","gflops","shareOfMatmul"},…},"tokensPerSecond","memory":{"estimatedBytes","allocatedBytes","ratio","parts"}}',
  },
  info: {
    options: memoryOptions,
    prints:
      '{"family","parameters","context","layers","bytes":{"file","engine","host"},"held":{"form","bitsPerWeight","reason"},"budget":{"parts","totalBytes","limits","fits","roomBytes","proposals",…}}',
  },
  quality: {
    options: ["forms", "as-chatted", "text", "data", "batch", "tokens"],
    prints: '{"ep","forms":[{"form","bitsPerWeight","loss","perplexityRatio","bytes","chat":{"loss","perplexityRatio"}}],"tokens"}',
  },
  quantize: {
    options: ["data", "text", "tokens"],
    prints: '{"ep","seconds","forms":[{"form","bitsPerWeight","loss","perplexityRatio","bytes"}],"tokens"}',
  },
} as const satisfies Record<string, Verb>;

export type VerbName = keyof typeof verbs;
export type Values = Partial<Record<OptionName, string | boolean>>;

const acceptedBy = (verb: VerbName): readonly OptionName[] => [...common, ...verbs[verb].options];

/** What an option is for, with its default. */
export function helpOf(name: OptionName, verb?: VerbName): Words {
  const { help, default: usual } = options[name];
  const own: Verb | undefined = verb && verbs[verb];
  const value = own?.defaults?.[name] ?? usual;
  return value === undefined ? help : words("option/with-default", { help, value });
}

/**
 * @param argv without --lang, which holds for a wrong command too
 * @returns a command, the verb whose help is asked for, or "help" for that of all
 * @throws AtelierError `cli/usage`
 */
export function parseCommand(argv: readonly string[]): { verb: VerbName; values: Values } | { helpOf: VerbName } | "help" {
  const [name, ...rest] = argv;
  if (argv.includes("--help") && name !== undefined && Object.hasOwn(verbs, name)) return { helpOf: name as VerbName };
  if (name === undefined || argv.includes("--help") || name === "help") return "help";
  if (!Object.hasOwn(verbs, name)) throw new AtelierError("cli/usage#verb", { name, verbs: commas(Object.keys(verbs)) });
  const verb = name as VerbName;
  const config = Object.fromEntries(
    acceptedBy(verb).map((option) => [option, { type: options[option].value !== undefined ? ("string" as const) : ("boolean" as const) }]),
  );
  const args = joinNegative(rest);
  // Node would say in English alone what is wrong, so it takes everything and the tokens are checked here.
  const { values, tokens } = parseArgs({ args, options: config, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) checkToken(verb, token);
  requireOnce(tokens);
  return { verb, values: { ...values, ...severalFiles(tokens) } };
}

/** Stands between the values of an option that may be given several times; no path has it. */
export const betweenValues = "\0";

/** Several files of data are one dataset. */
function severalFiles(tokens: readonly Token[]): Values {
  const files = tokens.flatMap((token) =>
    token.kind === "option" && token.name === "data" && token.value !== undefined ? [token.value] : [],
  );
  return files.length > 1 ? { data: files.join(betweenValues) } : {};
}

/** The last one would count, and the others go unseen. */
function requireOnce(tokens: readonly Token[]): void {
  const named = tokens.flatMap((token) => (token.kind === "option" && token.name !== "data" ? [token.rawName] : []));
  const name = named.find((one, at) => named.indexOf(one) !== at);
  if (name !== undefined) throw new AtelierError("cli/usage#repeated", { name, count: named.filter((one) => one === name).length });
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

/** A part of the command line as parseArgs reads it. */
type Token =
  | {
      readonly kind: "option";
      readonly name: string;
      readonly rawName: string;
      readonly value?: string | undefined;
      readonly inlineValue?: boolean | undefined;
    }
  | { readonly kind: "positional"; readonly value: string }
  | { readonly kind: "option-terminator" };

function checkToken(verb: VerbName, token: Token): void {
  const accepted = acceptedBy(verb);
  const known = { verb, options: accepted.map((option) => `--${option}`).join(" ") };
  if (token.kind === "option-terminator") return;
  if (token.kind === "positional") throw new AtelierError("cli/usage#argument", { value: token.value, ...known });
  const { rawName: name, value, inlineValue } = token;
  const option = accepted.find((accept) => accept === token.name);
  if (option === undefined || !name.startsWith("--")) throw new AtelierError("cli/usage#option", { name, ...known });
  if (options[option].value === undefined) {
    if (value !== undefined) throw new AtelierError("cli/usage#flag", { name, value });
    return;
  }
  if (value === undefined) throw new AtelierError("cli/usage#no-value", { name, help: helpOf(option) });
  if (!inlineValue && /^-./.test(value)) throw new AtelierError("cli/usage#like-an-option", { name, value });
}
