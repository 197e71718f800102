// LoRA adapters as Apple's mlx-lm stores them: adapters.safetensors and an adapter_config.json that holds all that its `lora` command
// was asked for (mlx_lm/lora.py, mlx_lm/tuner). Matrices lie transposed, and a scale stands where PEFT has alpha / rank.
import { peftTensor } from "../model/methods/peft-names.ts";
import { isRecord } from "../base/json.ts";
import { AtelierError } from "../base/errors.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import type { ModelSpec } from "../model/spec.ts";
import { words } from "../words/message.ts";
import { baseNamed, invalidAdapter, modulesOf, readLora, unexpected, type AdapterFormat, type ReadAdapter } from "./adapter-tensors.ts";
import { shortened } from "./peft-pattern.ts";
import type { SafetensorsFile } from "./safetensors.ts";

type Config = Readonly<Record<string, unknown>>;

/** PEFT's file has neither key. */
export function isMlxConfig(config: unknown): config is Config {
  return typeof config === "object" && config !== null && ("lora_parameters" in config || "fine_tune_type" in config);
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, `adapter/not-finite`, naming the key or tensor. */
export async function readMlx(spec: ModelSpec, config: Config, weights: SafetensorsFile): Promise<ReadAdapter> {
  refuseOtherTuning(config);
  const { lora_parameters: parameters, model } = config;
  if (!isRecord(parameters)) throw unexpected("lora_parameters", parameters, words("adapter/object"));
  const { rank } = parameters;
  if (typeof rank !== "number" || !Number.isInteger(rank) || rank < 1)
    throw unexpected("lora_parameters.rank", rank, words("adapter/positive"));
  const locate = locator(spec);
  const there = new Set([...weights.tensors.keys()].flatMap((tensor) => locate(tensor)?.module ?? []));
  requireKeys(spec, parameters["keys"], there);
  requireLayers(spec, config, there);
  const announcement = {
    kind: "lora" as const,
    rank,
    alpha: scaleOf(config, parameters, rank) * rank,
    base: baseNamed(model),
    announces: (module: string) => there.has(module),
    notes: [],
  };
  return readLora(spec, announcement, formatOf(locate), weights);
}

/** In PEFT's names: base_model.model.MODULE.lora_A.weight, which mlx-lm calls MODULE.lora_a. */
function formatOf(locate: Locate): AdapterFormat {
  return {
    canonical: (tensor) => {
      const place = locate(tensor);
      return place ? peftTensor(place.module, `lora_${place.half}.weight`) : null;
    },
    nameOf: (name) =>
      name.replace(/^base_model\.model\.(.+)\.lora_([AB])\.weight$/, (_, module, half) => `${module}.lora_${half.toLowerCase()}`),
    transposed: true,
  };
}

type Locate = (tensor: string) => { readonly module: string; readonly half: "A" | "B" } | null;

function refuseOtherTuning({ fine_tune_type: type = "lora", use_dora: dora, lora_parameters: parameters }: Config): void {
  if (type !== "lora") throw unsupported("fine_tune_type", type);
  if (dora) throw unsupported("use_dora", dora);
  const known = new Set(["rank", "scale", "alpha", "dropout", "keys"]);
  const other = Object.entries(isRecord(parameters) ? parameters : {}).find(([key, value]) => !known.has(key) && value);
  if (other) throw unsupported(`lora_parameters.${other[0]}`, other[1]);
}

/**
 * Since 0.18 the product is scaled by `scale` alone, whatever `alpha` says; before, by scale · alpha / rank. Files of 0.19 and later
 * count layers under num_layers, older ones under lora_layers; among those either may be meant.
 */
function scaleOf(config: Config, { scale, alpha }: Config, rank: number): number {
  if (typeof scale !== "number" || !Number.isFinite(scale)) throw unexpected("lora_parameters.scale", scale, words("adapter/number"));
  if (alpha === undefined || alpha === null || alpha === rank || config["num_layers"] !== undefined) return scale;
  throw new AtelierError("adapter/unsupported#alpha", { file: adapterConfigName, alpha: shortened(alpha), scale: String(scale) });
}

/** `keys` name modules of a layer; without them a default is meant that has changed, so that the tensors say. */
function requireKeys(spec: ModelSpec, keys: unknown, there: ReadonlySet<string>): void {
  if (keys === undefined || keys === null) return;
  if (!Array.isArray(keys)) throw unexpected("lora_parameters.keys", keys, words("adapter/list-of-names"));
  const announced = new Set<unknown>(keys);
  for (const { path } of spec.linears) {
    const isThere = [...there].some((module) => module.endsWith(`.${path}`));
    if (announced.has(path) === isThere) continue;
    throw invalidAdapter(words(isThere ? "adapter/keys-lack" : "adapter/keys-exceed", { path, file: adapterConfigName }));
  }
  const paths = new Set<unknown>(spec.linears.map(({ path }) => path));
  const unknown = keys.find((key) => !paths.has(key));
  if (unknown !== undefined) throw invalidAdapter(words("adapter/keys-unknown", { found: shortened(unknown), family: spec.family }));
}

/** The last layers carry adapters, all alike. Versions 0.19 to 0.21 gave one to every layer, whatever num_layers said. */
function requireLayers(spec: ModelSpec, config: Config, there: ReadonlySet<string>): void {
  const { layers, names, linears } = spec;
  const count = config["num_layers"] ?? config["lora_layers"] ?? -1;
  if (typeof count !== "number" || !Number.isInteger(count)) throw unexpected("num_layers", count, words("adapter/whole"));
  const wanted = count > 0 ? Math.min(count, layers) : layers;
  const pathsOf = (layer: number): string => linears.flatMap(({ path }) => (there.has(names.layer(layer) + path) ? [path] : [])).join(", ");
  const found = Array.from({ length: layers }, (_, layer) => pathsOf(layer));
  const first = found.findIndex((paths) => paths !== "");
  const alike = found.slice(first).every((paths) => paths === found[first]);
  if (first === -1 || (alike && (first === 0 || first === layers - wanted))) return;
  throw invalidAdapter(words("adapter/last-layers", { file: adapterConfigName, wanted, layers, first: String(first) }));
}

/** mlx-lm calls the root of a model and its list of layers by names of its own; within a layer names are the same. */
function locator(spec: ModelSpec): Locate {
  const known = new Set(modulesOf(spec));
  return (tensor) => {
    const [, layer, path, half] = /^[\w.]*?\.?(?:layers|h)\.(\d+)\.(.+)\.lora_([ab])$/.exec(tensor) ?? [];
    const module = spec.names.layer(Number(layer)) + path;
    return known.has(module) ? { module, half: half === "a" ? "A" : "B" } : null;
  };
}

function unsupported(key: string, value: unknown): AtelierError {
  return new AtelierError("adapter/unsupported#mlx", { file: adapterConfigName, key, found: shortened(value) });
}
