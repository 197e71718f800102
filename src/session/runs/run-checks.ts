// What must hold before a run starts or goes on, so that it is refused in words instead of failing inside the runtime.
import { AtelierError } from "../../base/errors.ts";
import { firstNotFinite } from "../../base/finite.ts";
import type { Checkpoint, GroupVectors } from "../../checkpoint/run-record.ts";
import type { MethodKind, OptimizerConfig } from "../../config/run-config.ts";
import { formName, heldTensors, type HeldTensor } from "../../model/held-weights.ts";
import { addedTokens, type AppliedMethod } from "../../model/methods/method.ts";
import type { ParameterLayout } from "../../model/parameters.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { ModelInfo } from "../../protocol/models-api.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import type { Engine } from "../../runtime/engine.ts";
import type { Batch, TokenizedExample } from "../../tokens/batch.ts";
import { learnedRows } from "../../tokens/batches.ts";
import { optimizerSizes, type Training } from "../../train/training.ts";
import { commas, words, type List, type Text, type Words } from "../../words/message.ts";

/** @throws AtelierError `data/nothing-to-learn`, `run/other-tokenizer` */
export function requireUsableData(data: RunData, model: Pick<ModelInfo, "name" | "tokenizer">): void {
  requireSomethingToLearn(data);
  requireSameTokenizer(data, model);
}

/** Ids that another tokenizer or chat template made mean something else here. Where one side is not known, nothing can be said. */
function requireSameTokenizer(data: RunData, { name, tokenizer }: Pick<ModelInfo, "name" | "tokenizer">): void {
  if ("fixedBatch" in data || data.tokenizer === undefined || tokenizer === undefined || data.tokenizer === tokenizer) return;
  throw new AtelierError("run/other-tokenizer", { data: data.name, model: name });
}

/** @throws AtelierError `data/nothing-to-learn` */
export function requireSomethingToLearn(data: RunData): void {
  // The first token of a row is never predicted.
  const learns =
    "fixedBatch" in data
      ? learnedRows(data.fixedBatch).rows.length > 0
      : data.train.some(({ labels }) => labels.some((label, at) => at > 0 && label >= 0));
  if (!learns) throw new AtelierError("data/nothing-to-learn#empty-mask");
}

type Context = Pick<ModelSpec, "contextLength">;
type Adding = Pick<AppliedMethod, "virtualTokens" | "prefixTokens">;

/**
 * What a method puts before every sequence takes of the context: rows that are too long beside it are left out, and named.
 * @throws AtelierError `data/too-long` where none is left to train on, naming the first line, or of a batch, which is taken as it is
 */
export function withinContext<T extends RunData>(
  data: T,
  spec: Context,
  method: Adding,
): { readonly data: T; readonly notes: readonly Text[] } {
  const context = spec.contextLength;
  const added = addedTokens(method);
  if ("fixedBatch" in data) {
    requireBatchWithinContext(data.fixedBatch, spec, method);
    return { data, notes: [] };
  }
  const fits = ({ ids }: TokenizedExample): boolean => ids.length + added <= context;
  const long = [...data.train, ...data.validation].filter((row) => !fits(row));
  const [first] = long;
  if (!first) return { data, notes: [] };
  const train = data.train.filter(fits);
  if (train.length === 0)
    throw new AtelierError("data/too-long#line", { line: String(first.line), tokens: first.ids.length, added, context });
  const lines = excerptOfLines([...new Set(long.map(({ line }) => line))]);
  return {
    data: { ...data, train, validation: data.validation.filter(fits) },
    notes: [words("run/too-long", { count: long.length, lines, added, context })],
  };
}

/** @throws AtelierError `data/too-long` */
export function requireBatchWithinContext({ seq: tokens }: Batch, { contextLength: context }: Context, method: Adding): void {
  const added = addedTokens(method);
  if (tokens + added > context) throw new AtelierError("data/too-long#batch", { tokens, added, context });
}

const namedLines = 5;

function excerptOfLines(lines: readonly number[]): List {
  const named = lines.slice(0, namedLines).map(String);
  return commas(lines.length > namedLines ? [...named, "…"] : named);
}

/**
 * What trains every weight would leave nothing of a quantized base but the rounding that it starts from.
 * @throws AtelierError `config/invalid`
 */
export function requireFittingBase(
  { kind, needsFloat32 }: AppliedMethod,
  { spec, quantizationConfig }: Pick<LoadedModel, "spec" | "quantizationConfig">,
): void {
  const isFloat32 = (held: HeldTensor): boolean => held.kind === "vector" || (held.form.kind === "float" && held.form.dtype === "float32");
  if (!needsFloat32 || [...heldTensors(spec, quantizationConfig)].every(isFloat32)) return;
  const form = formName(quantizationConfig);
  const held = quantizationConfig.quantizeHead ? words("model/head-too", { quantization: form }) : form;
  throw new AtelierError("config/invalid#quantized-base", { method: words(`method/${kind as MethodKind}-label`), held });
}

/**
 * WASM has no arithmetic in float16, nor has a GPU without shader-f16.
 * @throws AtelierError `config/invalid#float16`
 */
export function requirePrecision({ precision }: Pick<OptimizerConfig, "precision">, engine: PrecisionEngine): void {
  if (precision === "float32" || (engine.kind !== "wasm" && engine.hasFloat16)) return;
  throw new AtelierError("config/invalid#float16", { engine: engine.description });
}

export type PrecisionEngine = Pick<Engine, "kind" | "hasFloat16" | "description">;

/** @throws AtelierError `run/start-cancelled` */
export function stopIfNotWanted(signal: AbortSignal): void {
  if (signal.aborted) throw new AtelierError("run/start-cancelled");
}

/** @throws AtelierError `checkpoint/invalid`, `checkpoint/not-finite` */
export function requireFittingCheckpoint(checkpoint: Checkpoint, training: Training): void {
  const { layout, fixed } = training.method;
  const sizes = (groups: ParameterLayout): Sizes => Object.fromEntries(groups.map(({ name, size }) => [name, size]));
  const states = optimizerSizes(training);
  const fits =
    fit(checkpoint.parameters, sizes(layout)) &&
    fit(checkpoint.fixed, sizes(fixed)) &&
    sameNames(checkpoint.optimizer, states) &&
    Object.entries(states).every(([name, expected]) => fit(checkpoint.optimizer[name] ?? {}, expected));
  if (!fits) throw new AtelierError("checkpoint/invalid#other-shape");
  requireFinite(checkpoint);
}

type Sizes = Readonly<Record<string, number>>;

function fit(vectors: GroupVectors, sizes: Sizes): boolean {
  return sameNames(vectors, sizes) && Object.entries(vectors).every(([name, { length }]) => length === sizes[name]);
}

function sameNames(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name));
}

/** @throws AtelierError `checkpoint/not-finite` naming the vector: from such numbers every step and every answer would be not a number. */
export function requireFinite({ parameters, fixed, optimizer }: Pick<Checkpoint, "parameters" | "fixed" | "optimizer">): void {
  const all: readonly (readonly [Words, GroupVectors])[] = [
    [words("train/parameters"), parameters],
    [words("train/fixed"), fixed],
    ...Object.entries(optimizer).map(([name, vectors]) => [words("train/optimizer-state", { name }), vectors] as const),
  ];
  for (const [what, vectors] of all) {
    for (const [group, vector] of Object.entries(vectors)) {
      const bad = firstNotFinite(vector);
      if (bad) throw new AtelierError("checkpoint/not-finite", { what, group, found: bad.what });
    }
  }
}
