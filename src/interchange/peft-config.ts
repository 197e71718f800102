// PEFT's adapter_config.json: what all kinds of adapters say in it, and what LoRA does. What it can say and Atelier cannot do is refused
// by name, and so is every key that is not known here and says something: a new kind of adapter must not load as a plain one. Keys and
// defaults are those of PEFT up to 0.21.
import { AtelierError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import { allLinear } from "../config/knobs.ts";
import type { ModelSpec } from "../model/spec.ts";
import { words, type Words } from "../words/message.ts";
import { baseNamed, invalidAdapter, modulesOf, unexpected, type LoraAnnouncement } from "./adapter-tensors.ts";
import { pythonFragment, pythonFullMatch, pythonKeyOf, shortened, shortName } from "./peft-pattern.ts";

type Config = Readonly<Record<string, unknown>>;

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, naming the key. */
export function parsePeftConfig(spec: ModelSpec, config: Config): LoraAnnouncement {
  const announced = parseAnnouncement(spec, config, accepted);
  const [rank, alpha] = [positiveAt(config, "r"), numberAt(config, "lora_alpha")];
  const { lora_dropout: dropout } = config;
  return {
    ...announced,
    ...numbersOf(config, rank, alpha),
    rank,
    // Of training alone.
    dropout: typeof dropout === "number" && dropout >= 0 && dropout < 1 ? dropout : 0,
  };
}

/** What settings of every kind say. */
export type Announcement = Pick<LoraAnnouncement, "base" | "announces" | "notes">;

/**
 * @param known keys that may say something, and the values that mean what we compute
 * @throws AtelierError `adapter/unsupported`, `adapter/invalid`, naming the key.
 */
export function parseAnnouncement(spec: ModelSpec, config: Config, known: Readonly<Record<string, Accepts>>): Announcement {
  refuseUnsupported(config, known, isConv1D(spec) ? ["fan_in_fan_out"] : []);
  const { target_modules: targets } = config;
  return {
    base: baseIn(config),
    announces: announcement(spec, config),
    notes: [...unusedTargets(spec, targets), ...unusedInTraining(config)],
  };
}

/** What the adapter was trained on, as its settings call it. */
export function baseIn({ base_model_name_or_path: base }: Config): string | null {
  return baseNamed(base);
}

/** @throws AtelierError `adapter/invalid` naming the key */
export function positiveAt(config: Config, key: string): number {
  const value = config[key];
  if (isRank(value)) return value;
  throw unexpected(key, value, words("adapter/positive"));
}

/** @throws AtelierError `adapter/invalid` naming the key */
export function numberAt(config: Config, key: string): number {
  const value = config[key];
  if (isAlpha(value)) return value;
  throw unexpected(key, value, words("adapter/number"));
}

/** Refuses what a key says. */
export function unsupportedKey(config: Config, key: string): AtelierError {
  const found = shortened(config[key]);
  return new AtelierError("adapter/unsupported#peft", { file: adapterConfigName, key: shortName(key), found });
}

function isRank(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}

function isAlpha(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** rsLoRA and DoRA together are DoRA with other alphas: alpha / √r is (alpha · √r) / r. */
function numbersOf(config: Config, r: number, alpha: number): Pick<LoraAnnouncement, "kind" | "alpha" | "rankOf" | "alphaOf"> {
  const [ranks, alphas] = [patternIn(config, "rank_pattern", isRank), patternIn(config, "alpha_pattern", isAlpha)];
  const { use_rslora: stabilized, use_dora: decomposed } = config;
  if (decomposed !== true) return { kind: stabilized === true ? "rslora" : "lora", alpha, rankOf: ranks, alphaOf: alphas };
  if (stabilized !== true) return { kind: "dora", alpha, rankOf: ranks, alphaOf: alphas };
  const alphaOf = (module: string): number => (alphas(module) ?? alpha) * Math.sqrt(ranks(module) ?? r);
  return { kind: "dora", alpha: alpha * Math.sqrt(r), rankOf: ranks, alphaOf };
}

/** rank_pattern or alpha_pattern: the first key that the end of a module's path matches counts. */
function patternIn(
  config: Config,
  name: "rank_pattern" | "alpha_pattern",
  isRight: (value: unknown) => value is number,
): (module: string) => number | undefined {
  const found = config[name];
  if (saysNothing(found)) return () => undefined;
  if (!isRecord(found)) throw unexpected(name, found, words("adapter/object"));
  const wrong = Object.entries(found).find(([, value]) => !isRight(value));
  if (wrong)
    throw unexpected(`${name}.${shortName(wrong[0])}`, wrong[1], words(name === "rank_pattern" ? "adapter/positive" : "adapter/number"));
  const keyOf = pythonKeyOf(Object.keys(found), name);
  return (module) => {
    const key = keyOf(module);
    return key === undefined ? undefined : (found[key] as number);
  };
}

/** A list may name modules of many families at once, of which a model has some. */
function unusedTargets(spec: ModelSpec, targets: unknown): Words[] {
  if (!Array.isArray(targets)) return [];
  const modules = modulesOf(spec);
  const unused = (targets as string[]).filter((target) => target !== allLinear && !modules.some(endsIn([target])));
  return unused.length === 0 ? [] : [words("adapter/unused-targets", { names: shortName(unused.join(", ")) })];
}

/** What counts for an adapter that is trained further, and that Atelier's training does not have. */
const ofOtherTraining = [
  "rank_dropout",
  "rank_dropout_scale",
  "module_dropout",
  "vera_dropout",
  "boft_dropout",
  "lorap_lr_ratio",
  "lorap_emb_lr",
];

function unusedInTraining(config: Config): Words[] {
  const said = ofOtherTraining.filter((key) => !saysNothing(config[key]));
  return said.length === 0 ? [] : [words("adapter/unused-in-training", { names: said.join(", ") })];
}

export function isConv1D({ linears }: ModelSpec): boolean {
  return linears.some(({ transposed }) => transposed);
}

export type Accepts = (value: unknown) => boolean;

export const anything: Accepts = () => true;
export const saysNothing: Accepts = (value) => !value || value === "none" || (typeof value === "object" && Object.keys(value).length === 0);

/** Keys of every kind that may say something: where an adapter comes from, and how PEFT loads it. */
export const originKeys: Readonly<Record<string, Accepts>> = {
  task_type: (value) => value === "CAUSAL_LM" || saysNothing(value),
  base_model_name_or_path: anything,
  revision: anything,
  inference_mode: anything,
  auto_mapping: anything,
  peft_version: anything,
};

/** Of the kinds that are for modules. */
export const commonKeys: Readonly<Record<string, Accepts>> = { ...originKeys, target_modules: anything, exclude_modules: anything };

/** Of the kinds that can be for some layers only. */
export const layerKeys: Readonly<Record<string, Accepts>> = { layers_to_transform: anything, layers_pattern: anything };

/**
 * Keys that may say something, and the values that mean what we compute. A key that is not here may only say nothing: among those
 * are lora_bias, modules_to_save, trainable_token_indices, target_parameters,
 * layer_replication, megatron_config, alora_invocation_tokens, use_qalora, arrow_config, use_bdlora, kasa_config, …
 */
const accepted: Readonly<Record<string, Accepts>> = {
  ...commonKeys,
  ...layerKeys,
  peft_type: (value) => value === "LORA" || saysNothing(value),
  r: anything,
  lora_alpha: anything,
  rank_pattern: anything,
  alpha_pattern: anything,
  use_rslora: (value) => value === true || saysNothing(value),
  use_dora: (value) => value === true || saysNothing(value),
  // PiSSA, OLoRA, CorDA, LoftQ and LoRA-GA adapters belong to a base whose weights were changed when they were made.
  init_lora_weights: (value) => ["gaussian", "eva", "orthogonal", true, false, null].some((known) => known === value),
  // How an adapter was begun, is refused above where it matters.
  loftq_config: anything,
  eva_config: anything,
  corda_config: anything,
  lora_ga_config: anything,
  // Of training, and of how PEFT loads it.
  lora_dropout: anything,
  runtime_config: anything,
  unsloth_fixed: anything,
  merge_weights: anything,
  lora_dtype: anything,
  lorap_lr_ratio: anything,
  lorap_emb_lr: anything,
  // Mean nothing without the key beside them, which is refused.
  megatron_core: anything,
  qalora_group_size: anything,
};

/**
 * @param known keys that may say something, and what; every other may only say nothing
 * @param allowed keys that may say anything for this base
 * @throws AtelierError `adapter/unsupported` naming the key
 */
export function refuseUnsupported(config: Config, known: Readonly<Record<string, Accepts>>, allowed: readonly string[] = []): void {
  for (const [key, value] of Object.entries(config)) {
    const accepts = Object.hasOwn(known, key) ? known[key] : saysNothing;
    if (!accepts?.(value) && !allowed.includes(key)) throw unsupportedKey(config, key);
  }
}

/** check_target_module_exists of PEFT. */
function announcement(spec: ModelSpec, config: Config): (module: string) => boolean {
  const { exclude_modules: excluded } = config;
  const isTarget = targetMatcher(spec, config);
  if (saysNothing(excluded)) return isTarget;
  const isExcluded =
    typeof excluded === "string" ? pythonFullMatch(excluded, "exclude_modules") : endsIn(names("exclude_modules", excluded));
  return (module) => !isExcluded(module) && isTarget(module);
}

function targetMatcher(spec: ModelSpec, config: Config): (module: string) => boolean {
  const { target_modules: targets, layers_to_transform: layers } = config;
  if (typeof targets === "string") {
    if (!saysNothing(layers)) throw invalidAdapter(words("adapter/layers-beside-text", { file: adapterConfigName }));
    if (targets.toLowerCase() !== allLinear) return pythonFullMatch(targets, "target_modules");
    const all = new Set(modulesOf(spec));
    return (module) => all.has(module);
  }
  const listed = names("target_modules", targets);
  if (listed.length === 1 && listed[0] === allLinear) return targetMatcher(spec, { ...config, target_modules: allLinear });
  const [means, whole] = [endsIn(listed), new Set(listed)];
  if (saysNothing(layers) && layers !== 0) return means;
  const inLayer = layerMatcher(config);
  // A path that is written out names its layer itself.
  return (module) => whole.has(module) || (means(module) && inLayer(module));
}

/** A name means every module whose path it ends. */
function endsIn(listed: readonly string[]): (module: string) => boolean {
  return (module) => listed.some((name) => module === name || module.endsWith(`.${name}`));
}

function layerMatcher({ layers_to_transform: layers, layers_pattern: pattern }: Config): (module: string) => boolean {
  const wanted: readonly unknown[] = Array.isArray(layers) ? layers : [layers];
  const wrong = wanted.find((layer) => !Number.isInteger(layer));
  if (wrong !== undefined) throw invalidAdapter(unexpectedName("layers_to_transform", wrong, words("adapter/layer-numbers")));
  const patterns = saysNothing(pattern) ? [] : typeof pattern === "string" ? [pattern] : names("layers_pattern", pattern);
  const expressions =
    patterns.length === 0
      ? [/^.*?\.[^.]*\.(?<layer>\d+)\./]
      : patterns.map((one) => new RegExp(`^(?:|.*?\\.)${pythonFragment(one, "layers_pattern")}\\.(?<layer>\\d+)\\.`, "u"));
  return (module) => {
    const found = expressions.map((expression) => expression.exec(module)).find((match) => match !== null);
    return found !== undefined && wanted.includes(Number(found.groups?.["layer"]));
  };
}

function names(key: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw unexpected(key, value, words("adapter/names-or-pattern"));
  const wrong: unknown = value.find((name) => typeof name !== "string");
  if (wrong !== undefined) throw invalidAdapter(unexpectedName(key, wrong, words("adapter/name")));
  return value as string[];
}

function unexpectedName(key: string, found: unknown, expected: Words): Words {
  return words("adapter/names", { key, found: shortened(found), file: adapterConfigName, expected });
}
