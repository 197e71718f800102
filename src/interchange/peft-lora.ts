// LoRA adapters as Hugging Face PEFT stores them, out and in.
import { peftRoot, peftTensor } from "../model/methods/peft-names.ts";
import type { MethodConfig } from "../config/run-config.ts";
import { loraModules, patternsFor, type LoraModule } from "../model/methods/lora-modules.ts";
import { applyMethod } from "../model/methods/methods.ts";
import { shortestTargets } from "../model/methods/targets.ts";
import type { ModelSpec } from "../model/spec.ts";
import { groupTensors, readLora, type AdapterFormat, type ReadAdapter } from "./adapter-tensors.ts";
import { isConv1D, parsePeftConfig } from "./peft-config.ts";
import type { PeftFiles, Trained } from "./peft-files.ts";
import type { SafetensorsFile, TensorToStore } from "./safetensors.ts";

type LoraMethod = Extract<MethodConfig, { readonly kind: "lora" | "rslora" | "dora" | "pissa" }>;

/** LoRA, rsLoRA and DoRA. */
export function loraFiles(spec: ModelSpec, settings: LoraMethod, { parameters }: Trained): PeftFiles {
  const { tensors, modules } = withoutZeroPairs(groupTensors(applyMethod(spec, settings).layout, parameters));
  return { config: loraConfig(spec, settings, loraModules(spec, settings), modules), tensors };
}

/**
 * PiSSA as the plain LoRA of twice the rank that makes of the published weights what it makes of them: s B A − s B₀ A₀ is
 * s [B, −B₀] [A; A₀]. PEFT converts its own in the same way, so that nobody needs weights that were changed.
 */
export function pissaFiles(spec: ModelSpec, settings: LoraMethod, { parameters, fixed }: Trained): PeftFiles {
  const { layout, fixed: fixedLayout } = applyMethod(spec, settings);
  const begun = new Map(groupTensors(fixedLayout, fixed).map((tensor) => [tensor.name, tensor]));
  const tensors = groupTensors(layout, parameters).map((tensor) => joined(tensor, begun.get(tensor.name) ?? tensor));
  const twice = (module: LoraModule): LoraModule => ({ ...module, rank: 2 * module.rank, alpha: 2 * module.alpha });
  const modules = loraModules(spec, settings).map((inLayer) => inLayer.map(twice));
  const doubled = { ...settings, rank: 2 * settings.rank, alpha: 2 * settings.alpha };
  return { config: loraConfig(spec, doubled, modules), tensors };
}

/** [A; A₀] of two A, [B, −B₀] of two B. */
function joined(own: TensorToStore, begun: TensorToStore): TensorToStore {
  const [rows = 0, columns = 0] = own.shape;
  if (own.name.endsWith(".lora_A.weight")) {
    return { name: own.name, shape: [2 * rows, columns], data: Float32Array.from([...own.data, ...begun.data]) };
  }
  const data = new Float32Array(2 * rows * columns);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * columns, (row + 1) * columns];
    data.set(own.data.subarray(from, to), 2 * from);
    data.set(
      begun.data.subarray(from, to).map((value) => -value),
      from + to,
    );
  }
  return { name: own.name, shape: [rows, 2 * columns], data };
}

/**
 * Keys of adapter_config.json that LoRA alone has.
 * @param modules all of the targets
 * @param written paths of those that are written; undefined: all of them
 */
function loraConfig(
  spec: ModelSpec,
  { kind, rank, alpha, dropout }: LoraMethod,
  modules: readonly (readonly LoraModule[])[],
  written?: ReadonlySet<string>,
): Record<string, unknown> {
  const patterns = (number: (module: LoraModule) => number, usual: number): Record<string, number> =>
    Object.fromEntries(patternsFor(spec, modules, number, usual).map(({ pattern, value }) => [pattern, value]));
  const slots = modules.map((inLayer) => inLayer.map(({ slot }) => slot));
  return {
    peft_type: "LORA",
    r: rank,
    lora_alpha: alpha,
    lora_dropout: dropout,
    bias: "none",
    // Of GPT-2, whose weights are stored [in, out]; the matrices of the adapter are not.
    fan_in_fan_out: isConv1D(spec),
    init_lora_weights: true,
    modules_to_save: null,
    target_modules: written ? [...written] : shortestTargets(spec, slots),
    rank_pattern: patterns((module) => module.rank, rank),
    alpha_pattern: patterns((module) => module.alpha, alpha),
    use_dora: kind === "dora",
    use_rslora: kind === "rslora",
  };
}

/**
 * The tensors of an adapter without the pairs that are zero in both halves, and the modules that are left; undefined where all are. Such
 * a pair stands for none: it changes nothing, and no gradient ever reaches it. Runs of format 1 have them for layers that an adapter
 * from elsewhere left alone.
 */
function withoutZeroPairs(tensors: readonly TensorToStore[]): {
  readonly tensors: readonly TensorToStore[];
  readonly modules: ReadonlySet<string> | undefined;
} {
  const moduleOf = ({ name }: TensorToStore): string =>
    name.slice(peftRoot.length).replace(/\.lora_(?:[AB]\.weight|magnitude_vector)$/, "");
  const modules = new Set(tensors.filter(({ data }) => data.some((value) => value !== 0)).map(moduleOf));
  const isWhole = modules.size === 0 || tensors.every((tensor) => modules.has(moduleOf(tensor)));
  return isWhole ? { tensors, modules: undefined } : { tensors: tensors.filter((tensor) => modules.has(moduleOf(tensor))), modules };
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, `adapter/not-finite`, naming the key or tensor. */
export async function readLoraFiles(
  spec: ModelSpec,
  config: Readonly<Record<string, unknown>>,
  weights: SafetensorsFile,
): Promise<ReadAdapter> {
  const format: AdapterFormat = { canonical: canonicalNames(weights), nameOf: (name) => name, transposed: false };
  return readLora(spec, parsePeftConfig(spec, config), format, weights);
}

/** With or without PEFT's root; a state that was not saved by PEFT itself has the adapter's name, mostly "default", in each tensor's. */
function canonicalNames({ tensors }: SafetensorsFile): AdapterFormat["canonical"] {
  const parse = (tensor: string) =>
    /^(?:base_model\.model\.)?(?<module>.+)\.(?:lora_(?<half>[AB])(?:\.(?<of>[^.]+))?\.weight|lora_magnitude_vector(?:\.(?<sizeOf>(?!weight$)[^.]+))?(?:\.weight)?)$/.exec(
      tensor,
    )?.groups;
  const ownerOf = ({ of, sizeOf }: Readonly<Record<string, string>>): string | undefined => of ?? sizeOf;
  const [first] = tensors.keys();
  const found = first === undefined ? undefined : parse(first);
  const own = found && ownerOf(found);
  return (tensor) => {
    const parts = parse(tensor);
    if (!parts || ownerOf(parts) !== own) return null;
    const { module = "", half } = parts;
    return half === undefined ? peftTensor(module, "lora_magnitude_vector") : peftTensor(module, `lora_${half}.weight`);
  };
}
