// Turns the options of a command into the request for the page and the files that it needs. What is missing or malformed
// is named here, before a browser is started.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { AtelierError } from "../base/errors.ts";
import { isAdapterFile } from "../config/adapter-files.ts";
import { quantizations } from "../config/quantizations.ts";
import { parseModelAddress, type ModelSource } from "../config/model-source.ts";
import { numberKnobs, parseOneOf, parseRunConfig } from "../config/run-config.ts";
import type { RunShape } from "../protocol/budget-api.ts";
import { executionProviders } from "../protocol/engine-api.ts";
import { ignoredHubOptions, ignoredOptions } from "./ignored-options.ts";
import { options, usage, type OptionName, type Values, type VerbName } from "./options.ts";
import type { DataOptions, FileRole, HeadlessRequest, TrainOptions } from "./request.ts";

export interface Command {
  /** Options that are not followed, in words. */
  readonly notes: readonly string[];
  readonly request: HeadlessRequest;
  readonly files: Readonly<Partial<Record<FileRole, readonly string[]>>>;
  /** Where a file that the page makes goes; undefined: nowhere. */
  readonly target: (name: string) => string | undefined;
}

export function buildCommand(verb: VerbName, values: Values): Command {
  const ignored = ignoredOptions(verb, values);
  const given = reader(values);
  const model = modelOf(given.text("model") ?? benchModel(verb, given.text("shape")), given.text("endpoint"));
  const isHub = typeof model !== "string" && model.kind === "hub";
  const adapter = given.text("adapter");
  const resume = given.text("resume");
  const [data, out, grads] = [given.text("data"), given.text("out"), given.text("grads")];
  const provider = given.text("ep");
  if (values["require-gpu"] === true && provider === "wasm")
    throw usage("--require-gpu and --ep wasm exclude each other: WASM computes on the CPU.", "Leave one of them out.");
  const common = {
    model: typeof model === "string" ? { folder: basename(resolve(model)) } : model,
    token: tokenFrom(given.text("token-env")),
    adapterName: adapter === undefined ? null : basename(resolve(adapter)),
    provider: provider === undefined ? null : parseOneOf("--ep", executionProviders, provider),
    requireGpu: values["require-gpu"] === true,
    quantization: parseOneOf("--quant", quantizations, given.text("quant") ?? "int4"),
    quantizeHead: values["quant-head"] === true,
  };
  return {
    notes: [...ignored, ...(isHub ? [] : ignoredHubOptions(values))],
    request: { ...common, ...verbRequest(verb, given, values) } as HeadlessRequest,
    files: {
      ...(typeof model === "string" ? { model: /\.gguf$/i.test(model) ? [existing(model)] : filesIn(model) } : {}),
      ...(adapter === undefined ? {} : { adapter: filesIn(adapter).filter((path) => isAdapterFile(basename(path))) }),
      ...(data === undefined ? {} : { data: [existing(data)] }),
      ...(resume === undefined ? {} : { resume: [existing(join(resume, "state.safetensors"))] }),
    },
    target: (name) => (grads !== undefined ? grads : out === undefined ? undefined : join(out, name)),
  };
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
  throw usage(`--token-env names ${name}, which is not set.`, "Set it to the hub's token, or leave the option out.");
}

type Reader = ReturnType<typeof reader>;

function verbRequest(verb: VerbName, given: Reader, values: Values): object {
  switch (verb) {
    case "engines":
      return { verb };
    case "logits":
      return { verb, ids: given.ids() ?? missing("ids") };
    case "loss":
      return { verb, batch: readJson(given.text("batch") ?? missing("batch")), wantGradients: values.grads !== undefined };
    case "train":
      return { verb, ...trainRequest(given, values) };
    case "data":
      return { verb, ...dataRequest(given, values) };
    case "chat": {
      const [prompt, ids] = [given.text("prompt"), given.ids()];
      if ((prompt === undefined) === (ids === undefined)) throw usage("chat takes either --prompt or --ids.", "Give one of them.");
      const { number, text } = given;
      const sampling = {
        maxTokens: number("max-tokens", 128),
        temperature: number("temperature", 0),
        topP: number("top-p", 1),
        topK: number("top-k", 0),
        seed: number("seed", numberKnobs.seed.default),
      };
      return { verb, prompt, ids, system: text("system"), raw: values.raw === true, ...sampling };
    }
    case "bench":
      return {
        verb,
        run: benchShape(values),
        shape: given.text("shape") === "smollm2-135m" ? "smollm2-135m" : "loaded",
      };
    case "info":
      return { verb, run: runShape(given, values) };
    default:
      return verb satisfies never;
  }
}

function runShape(given: Reader, values: Values): RunShape {
  const { batchSize, accumulate, seqLength, rank, targets } = parseRunConfig(knobsOf(given, values));
  return { batchSize, accumulate, seqLength, rank, targets };
}

/** One sequence at rank 8 unless the command says otherwise. */
function benchShape(values: Values): RunShape {
  const filled = { "batch-size": "1", rank: "8", ...values };
  return runShape(reader(filled), filled);
}

/** Knobs of the run configuration that were given, by their names there. */
function knobsOf(given: Reader, values: Values): Readonly<Record<string, unknown>> {
  const [targets, schedule, turns] = [given.text("targets"), given.text("schedule"), given.text("turns")];
  const numbers = (Object.keys(options) as OptionName[]).flatMap((name) => {
    const option = options[name];
    return "knob" in option && values[name] !== undefined ? [[option.knob, given.number(name, 0)] as const] : [];
  });
  return {
    ...Object.fromEntries(numbers),
    ...(targets === undefined ? {} : { targets: targets.split(",") }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(turns === undefined ? {} : { turns }),
  };
}

function dataRequest(given: Reader, values: Values): DataOptions {
  if (values.data === undefined) missing("data");
  const { seqLength, turns } = parseRunConfig(knobsOf(given, values));
  const show = given.number("show", 0);
  if (!Number.isInteger(show) || show < 0) throw usage(`--show is "${given.text("show")}"; expected a whole number.`, options.show.help);
  return { seqLength, turns, show };
}

function trainRequest(given: Reader, values: Values): TrainOptions {
  const batch = given.text("batch");
  const resumes = values.resume !== undefined;
  if (values.data === undefined && batch === undefined && !resumes)
    throw usage("train needs --data FILE.jsonl or --batch FILE.json.", "Give one of them, or --resume DIR.");
  return {
    config: knobsOf(given, values),
    ...(batch === undefined ? {} : { batch: readJson(batch) }),
    ...(values["stop-after"] === undefined ? {} : { stopAfter: given.number("stop-after", 0) }),
    resume: resumes,
    wantFiles: values.out !== undefined,
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
    if (value.trim() === "" || !Number.isFinite(parsed)) throw usage(`--${name} is "${value}"; expected a number.`, options[name].help);
    return parsed;
  };
  const ids = (): readonly number[] | undefined => {
    const list = text("ids")?.split(",").map(Number);
    if (list?.some((id) => !Number.isInteger(id) || id < 0))
      throw usage(`--ids is "${text("ids")}"; expected whole numbers with commas between them.`, options.ids.help);
    return list;
  };
  return { text, number, ids };
}

function missing(name: OptionName): never {
  throw usage(`--${name} is missing.`, options[name].help);
}

function existing(path: string): string {
  if (existsSync(path)) return resolve(path);
  throw new AtelierError("cli/no-such-file", `There is no ${path}.`, "Check the path.");
}

function filesIn(folder: string): string[] {
  if (!statSync(existing(folder)).isDirectory())
    throw new AtelierError("cli/no-such-file", `${folder} is not a folder.`, "Give the folder that holds the files.");
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => resolve(folder, name));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(existing(path), "utf8"));
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause;
    throw new AtelierError("data/batch-invalid", `${path} is not valid JSON.`, "Check the file.", { cause });
  }
}
