// LoRA adapters as Hugging Face PEFT stores them, out and in.
import type { LoraSettings } from "../model/methods/lora.ts";
import { shortestTargets, targetedSlots } from "../model/methods/targets.ts";
import type { ModelSpec } from "../model/spec.ts";
import { readLora, type AdapterFormat, type ReadAdapter } from "./adapter-tensors.ts";
import { isConv1D, parsePeftConfig } from "./peft-config.ts";
import type { SafetensorsFile, TensorToStore } from "./safetensors.ts";

const root = "base_model.model.";

/**
 * Keys of adapter_config.json that LoRA alone has.
 * @param modules paths of those that are written; undefined: all of the targets
 */
export function loraConfig(
  spec: ModelSpec,
  { rank, alpha, targets }: LoraSettings,
  modules?: ReadonlySet<string>,
): Record<string, unknown> {
  return {
    peft_type: "LORA",
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    bias: "none",
    // Of GPT-2, whose weights are stored [in, out]; the matrices of the adapter are not.
    fan_in_fan_out: isConv1D(spec),
    init_lora_weights: true,
    modules_to_save: null,
    target_modules: modules ? [...modules] : shortestTargets(spec, targetedSlots(spec, targets)),
    use_dora: false,
    use_rslora: false,
  };
}

/**
 * The tensors of an adapter without the pairs that are zero in both halves, and the modules that are left; undefined where all are. Such
 * a pair stands for none: it changes nothing, and no gradient ever reaches it. Runs of format 1 have them for layers that an adapter
 * from elsewhere left alone.
 */
export function withoutZeroPairs(tensors: readonly TensorToStore[]): {
  readonly tensors: readonly TensorToStore[];
  readonly modules: ReadonlySet<string> | undefined;
} {
  const moduleOf = ({ name }: TensorToStore): string => name.slice(root.length).replace(/\.lora_[AB]\.weight$/, "");
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
  const parse = (tensor: string) => /^(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.([^.]+))?\.weight$/.exec(tensor);
  const [first] = tensors.keys();
  const own = first === undefined ? undefined : parse(first)?.[3];
  return (tensor) => {
    const [, module, half, adapter] = parse(tensor) ?? [];
    return module === undefined || adapter !== own ? null : `${root}${module}.lora_${half}.weight`;
  };
}
