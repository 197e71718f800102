// Turns the options of a command into the request for the page and the files that it needs. What is missing or malformed
// is named here, before a browser is started.
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { AtelierError } from "../base/errors.ts";
import { adapterFilesAmong, wholeWeightsAmong } from "../config/adapter-files.ts";
import { needsTexts, ownQuantizations, quantizations, requestedQuantizations, type Quantization } from "../config/quantizations.ts";
import { parseModelAddress, type ModelSource } from "../config/model-source.ts";
import { readConfigFile } from "../config/config-yaml.ts";
import { parseOneOf } from "../config/knobs.ts";
import { merged, parseRunConfig, sections, type Given } from "../config/run-config.ts";
import { shapeOf } from "../config/run-shape.ts";
import type { Mapping } from "../data/mapped-roles.ts";
import { parseMapping } from "../data/mapping.ts";
import type { RunShape } from "../protocol/budget-api.ts";
import { executionProviders } from "../protocol/execution-providers.ts";
import { commas, words, type Words } from "../words/message.ts";
import { existing, existingFile, filesIn, readJson } from "./existing-files.ts";
import { ignoredHubOptions, ignoredOptions } from "./ignored-options.ts";
import { givenConfig } from "./given-config.ts";
import { benchDefaults, betweenValues, helpOf, type OptionName, type Values, type VerbName } from "./options.ts";
import { readPromptLines } from "./prompt-lines.ts";
import type { ChatOptions, DataOptions, FileRole, HeadlessRequest, LossOptions, QualityOptions, TrainOptions } from "./request.ts";

export interface Command {
  /** Options that are not followed. */
  readonly notes: readonly Words[];
  readonly request: HeadlessRequest;
  readonly files: Readonly<Partial<Record<FileRole, readonly string[]>>>;
  /** Where a file that the page makes goes; undefined: nowhere. */
  readonly target: (name: string) => string | undefined;
}

export function buildCommand(verb: VerbName, values: Values): Command {
  const ignored = ignoredOptions(verb, values);
  const given = reader(values);
  const adapter = given.text("adapter");
  // The folder of a run from scratch is a whole model: it is its own base where none is named, and not rounded.
  const isOwnBase = takesAdapter.has(verb) && adapter !== undefined && given.text("model") === undefined && isWholeModel(adapter);
  const named = given.text("model") ?? (isOwnBase ? adapter : benchModel(verb, given.text("shape")));
  const model = modelOf(named, given.text("endpoint"));
  const isHub = typeof model !== "string" && model.kind === "hub";
  const resume = given.text("resume");
  const [data, measuring, text] = [given.text("data"), given.text("validation-data"), given.text("text")];
  const [out, grads] = [given.text("out"), given.text("grads")];
  if (out !== undefined && existsSync(out) && !statSync(out).isDirectory())
    throw new AtelierError("cli/no-such-file#folder", { path: out });
  if (grads !== undefined && existsSync(grads) && statSync(grads).isDirectory())
    throw new AtelierError("cli/no-such-file#is-folder", { path: grads });
  const provider = given.text("ep");
  if (values["require-gpu"] === true && provider === "wasm") throw new AtelierError("cli/usage#gpu-on-wasm");
  const common = {
    model: typeof model === "string" ? { folder: basename(resolve(model)) } : model,
    token: tokenFrom(given.text("token-env")),
    adapterName: adapter === undefined ? null : basename(resolve(adapter)),
    provider: provider === undefined ? null : parseOneOf("--ep", executionProviders, provider),
    requireGpu: values["require-gpu"] === true,
    quantization: parseOneOf(
      "--quant",
      verb === "bench" ? ownQuantizations : requestedQuantizations,
      given.text("quant") ?? (isOwnBase ? "none" : defaultQuantization(verb)),
    ),
    quantizeHead: values["quant-head"] === true,
  };
  return {
    notes: [...ignored, ...(isHub ? [] : ignoredHubOptions(values)), ...ignoredMethod(verb, given)],
    request: { ...common, ...verbRequest(verb, given, values) } as HeadlessRequest,
    files: {
      ...(typeof model === "string" ? { model: /\.gguf$/i.test(model) ? [existingFile(model)] : filesIn(model) } : {}),
      ...(adapter === undefined ? {} : { adapter: adapterFilesAmong(filesIn(adapter), basename) }),
      ...(data === undefined ? {} : { data: data.split(betweenValues).map(existingFile) }),
      ...(text === undefined ? {} : { text: [existingFile(text)] }),
      ...(measuring === undefined ? {} : { "validation-data": [existingFile(measuring)] }),
      ...(resume === undefined ? {} : { resume: [existingFile(join(resume, "state.safetensors"))] }),
    },
    target: (name) => (grads !== undefined ? grads : out === undefined ? undefined : join(out, name)),
  };
}

/** Elsewhere only the base counts. */
const takesAdapter: ReadonlySet<VerbName> = new Set<VerbName>(["chat", "logits", "loss", "train"]);

/** Whether a folder holds a model and no adapter of one. */
function isWholeModel(folder: string): boolean {
  const paths = filesIn(folder);
  return wholeWeightsAmong(paths, basename) !== undefined && paths.some((path) => basename(path) === "config.json");
}

/** That of a file, beside an adapter. */
function ignoredMethod(verb: VerbName, given: Reader): readonly Words[] {
  const file = given.text("config");
  if (verb !== "train" || file === undefined || given.text("adapter") === undefined) return [];
  const { method } = readConfigFile(readFileSync(existingFile(file), "utf8"), file);
  return method === undefined ? [] : [words("ignored/adapter", { options: words("cli/section-of", { section: "method", file }) })];
}

/** What is made by rounding with texts is what `quantize` is for; a shape of random weights has nothing to choose by. */
function defaultQuantization(verb: VerbName): string {
  return verb === "bench" ? "int4" : verb === "quantize" ? "gptq" : "auto";
}

/** The path of a folder, or a source elsewhere. @throws AtelierError `cli/no-such-file`, `source/…` */
function modelOf(given: string | undefined, endpoint: string | undefined): string | Exclude<ModelSource, { kind: "files" }> {
  if (given === undefined) return { kind: "bundled" };
  const isPath = existsSync(given) || /^[./~]|\\/.test(given) || !given.includes("/");
  return isPath ? existing(given) : (parseModelAddress(given, endpoint) as Exclude<ModelSource, { kind: "files" }>);
}

/** Read from the environment, so that no list of processes shows it. */
function tokenFrom(name: string | undefined): string | null {
  if (name === undefined) return null;
  const token = process.env[name];
  if (token) return token;
  throw new AtelierError("cli/usage#token-env", { name });
}

type Reader = ReturnType<typeof reader>;

function verbRequest(verb: VerbName, given: Reader, values: Values): object {
  switch (verb) {
    case "engines":
      return { verb };
    case "logits":
      return { verb, ids: given.ids() ?? missing("ids") };
    case "loss":
      return { verb, ...lossRequest(given, values) };
    case "train":
      return { verb, ...trainRequest(given, values) };
    case "data":
      return { verb, ...dataRequest(given, values) };
    case "chat":
      return { verb, ...chatRequest(given, values) };
    case "bench":
      return {
        verb,
        run: benchShape(given, values),
        shape: given.text("shape") === "smollm2-135m" ? "smollm2-135m" : "loaded",
      };
    case "info":
      return { verb, run: runShape(given, values) };
    case "quality":
      return { verb, ...qualityRequest(given, values) };
    case "quantize":
      if (values.data !== undefined && values.text !== undefined) throw severalTexts(["data", "text"]);
      return { verb, tokens: given.whole("tokens", 2000, 1) };
    default:
      return verb satisfies never;
  }
}

function chatRequest(given: Reader, values: Values): ChatOptions {
  const [prompt, ids, prompts, system] = [given.text("prompt"), given.ids(), given.text("prompts"), given.text("system")];
  if ([prompt, ids, prompts].filter((way) => way !== undefined).length !== 1) throw new AtelierError("cli/usage#prompt-or-ids");
  return {
    raw: values.raw === true,
    ...(prompt === undefined ? {} : { prompt }),
    ...(ids === undefined ? {} : { ids }),
    ...(prompts === undefined
      ? {}
      : { prompts: readPromptLines(readFileSync(existingFile(prompts), "utf8"), { path: prompts, isRaw: values.raw === true }) }),
    ...(system === undefined ? {} : { system }),
    maxTokens: given.whole("max-tokens", 128),
    temperature: given.number("temperature", 0),
    topP: given.number("top-p", 1),
    topK: given.whole("top-k", 0),
    seed: given.whole("seed", sections.data.examples.seed.default),
  };
}

function lossRequest(given: Reader, values: Values): LossOptions {
  const batch = readJson(given.text("batch") ?? missing("batch"));
  const wantGradients = values.grads !== undefined;
  const config = configOf(given, values);
  const ofStart = values.adapter === undefined && Object.keys(config.method ?? {}).length > 0;
  if (wantGradients && values.adapter === undefined && !ofStart) throw new AtelierError("cli/usage#no-gradient");
  return { batch, wantGradients, ...(ofStart ? { start: parseRunConfig(config) } : {}) };
}

function runShape(given: Reader, values: Values, standard: Given = {}): RunShape {
  return shapeOf(parseRunConfig(merged(standard, configOf(given, values))));
}

/** {@link benchDefaults}, unless the command says otherwise. */
function benchShape(given: Reader, values: Values): RunShape {
  const { method } = runShape(given, values);
  const { batchSize, rank } = benchDefaults;
  return runShape(given, values, { data: { batchSize }, ...("rank" in method ? { method: { rank } } : {}) });
}

function configOf(given: Reader, values: Values): Given {
  const file = given.text("config");
  return givenConfig(values, (name) => given.number(name, 0), file === undefined ? undefined : existingFile(file));
}

function dataRequest(given: Reader, values: Values): DataOptions {
  if (values.data === undefined) missing("data");
  const { seqLength, turns } = parseRunConfig(configOf(given, values)).data;
  return { seqLength, turns, show: given.whole("show", 0), ...mappingOf(given) };
}

function mappingOf(given: Reader): { readonly mapping?: Mapping } {
  const written = given.text("map");
  return written === undefined ? {} : { mapping: parseMapping(written) };
}

function qualityRequest(given: Reader, values: Values): QualityOptions {
  const named = (["text", "data", "batch"] as const).filter((name) => values[name] !== undefined);
  if (named.length > 1) throw severalTexts(named);
  const batch = given.text("batch");
  return {
    forms: formsOf(given.text("forms")),
    asChatted: values["as-chatted"] === true,
    tokens: given.whole("tokens", 2000, 1),
    over: named[0] ?? "neutral",
    ...(batch === undefined ? {} : { batch: readJson(batch) }),
  };
}

function severalTexts(names: readonly OptionName[]): AtelierError {
  return new AtelierError("cli/usage#several-texts", { options: commas(names.map((name) => `--${name}`)) });
}

function formsOf(value: string | undefined): readonly Quantization[] {
  if (value === undefined) return quantizations.filter((name) => !needsTexts(name));
  const forms = value.split(",").map((name) => {
    const form = quantizations.find((known) => known === name.trim());
    if (form === undefined) throw new AtelierError("cli/usage#form", { name, forms: commas(quantizations) });
    return form;
  });
  return [...new Set(forms)];
}

function trainRequest(given: Reader, values: Values): TrainOptions {
  const batch = given.text("batch");
  const resumes = values.resume !== undefined;
  if (values.data === undefined && batch === undefined && !resumes) throw new AtelierError("cli/usage#nothing-to-train-on");
  const { method = {}, ...others } = configOf(given, values);
  // An adapter brings its own method.
  const config = values.adapter === undefined ? { ...others, method } : others;
  // What the saved run brings is not known yet.
  if (!resumes) parseRunConfig(config);
  return {
    config,
    ...mappingOf(given),
    ...(batch === undefined ? {} : { batch: readJson(batch) }),
    ...(values["stop-after"] === undefined ? {} : { stopAfter: given.whole("stop-after", 0) }),
    resume: resumes,
    wantFiles: values.out !== undefined,
    wantCheck: values["check-published"] === true,
  };
}

function benchModel(verb: VerbName, shape: string | undefined): string | undefined {
  return verb === "bench" && shape !== "smollm2-135m" ? shape : undefined;
}

function reader(values: Values) {
  const text = (name: OptionName): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const number = (name: OptionName, fallback: number): number => {
    const value = text(name);
    if (value === undefined) return fallback;
    const parsed = Number(value);
    if (value.trim() === "" || !Number.isFinite(parsed)) throw new AtelierError("cli/usage#number", described(name, value));
    return parsed;
  };
  const whole = (name: OptionName, fallback: number, least = 0): number => {
    const value = number(name, fallback);
    if (Number.isInteger(value) && value >= least) return value;
    throw new AtelierError("cli/usage#whole-number", described(name, String(text(name))));
  };
  const ids = (): readonly number[] | undefined => {
    const value = text("ids");
    const list = value?.split(",").map(Number);
    if (value !== undefined && list?.some((id) => !Number.isInteger(id) || id < 0))
      throw new AtelierError("cli/usage#ids", { value, help: helpOf("ids") });
    return list;
  };
  return { text, number, whole, ids };
}

function missing(name: OptionName): never {
  throw new AtelierError("cli/usage#missing", { name: `--${name}`, help: helpOf(name) });
}

/** What was given for an option, and what it is for. */
function described(name: OptionName, value: string): { readonly name: string; readonly value: string; readonly help: Words } {
  return { name: `--${name}`, value, help: helpOf(name) };
}
