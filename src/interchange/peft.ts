// LoRA adapters as Hugging Face PEFT stores them: adapter_config.json and adapter_model.safetensors, out and in.
import type { Shape } from "../base/tensor.ts";
import { targetsOf, type AdapterEntry, type AdapterLayout } from "../model/adapter-layout.ts";
import type { ModelSpec } from "../model/spec.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import { words } from "../words/message.ts";
import { invalidAdapter, readAdapterTensors, type AdapterFormat, type ReadAdapter } from "./adapter-tensors.ts";
import { isConv1D, parsePeftConfig } from "./peft-config.ts";
import type { SafetensorsFile, TensorToStore } from "./safetensors.ts";

const root = "base_model.model.";

/**
 * Values of per-layer flat vectors under PEFT's names, sorted: adapters, or their gradients.
 * @param modules paths of those that are written; undefined: all of the layout
 */
export function peftTensors(
  spec: ModelSpec,
  layout: AdapterLayout,
  layers: readonly Float32Array[],
  modules?: ReadonlySet<string>,
): TensorToStore[] {
  const tensors = layers.flatMap((flat, layer) =>
    layout.entries.flatMap((entry) => {
      const module = moduleOf(spec, entry, layer);
      if (modules && !modules.has(module)) return [];
      return parts(module, layout, entry).map(({ name, shape, start, end }) => ({ name, shape, data: flat.slice(start, end) }));
    }),
  );
  return tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param baseModel the name of the base, for whoever opens the adapter elsewhere
 * @param modules as in {@link peftTensors}
 */
export function peftConfig(
  spec: ModelSpec,
  layout: AdapterLayout,
  baseModel: string,
  modules?: ReadonlySet<string>,
): Record<string, unknown> {
  return {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: baseModel,
    r: layout.rank,
    lora_alpha: layout.alpha,
    lora_dropout: 0,
    bias: "none",
    // Of GPT-2, whose weights are stored [in, out]; the matrices of the adapter are not.
    fan_in_fan_out: isConv1D(spec),
    init_lora_weights: true,
    inference_mode: true,
    modules_to_save: null,
    target_modules: modules ? [...modules] : targetsOf(spec, layout),
    use_dora: false,
    use_rslora: false,
  };
}

/**
 * Paths of the modules that an adapter has, where it does not have them in every layer; undefined where it does. A pair that is
 * zero in both halves stands for none: it changes nothing, and no gradient ever reaches it.
 */
export function partialModules(spec: ModelSpec, layout: AdapterLayout, layers: readonly Float32Array[]): ReadonlySet<string> | undefined {
  const all = layers.flatMap((flat, layer) => layout.entries.map((entry) => ({ flat, entry, module: moduleOf(spec, entry, layer) })));
  const there = all.filter(({ flat, entry: { offset, sizeA, sizeB } }) =>
    flat.subarray(offset, offset + sizeA + sizeB).some((value) => value !== 0),
  );
  return there.length === 0 || there.length === all.length ? undefined : new Set(there.map(({ module }) => module));
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, `adapter/not-finite`, naming the key or tensor. */
export async function readPeft(spec: ModelSpec, config: unknown, weights: SafetensorsFile): Promise<ReadAdapter> {
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw invalidAdapter(words("adapter/no-object", { file: adapterConfigName }));
  const format: AdapterFormat = {
    ...parsePeftConfig(spec, config as Record<string, unknown>),
    locate: locator(weights),
    nameOf: (module, half) => `${root}${module}.lora_${half}.weight`,
    transposed: false,
  };
  return readAdapterTensors(spec, format, weights);
}

/** With or without PEFT's root; a state that was not saved by PEFT itself has the adapter's name, mostly "default", in each tensor's. */
function locator({ tensors }: SafetensorsFile): AdapterFormat["locate"] {
  const parse = (tensor: string) => /^(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.([^.]+))?\.weight$/.exec(tensor);
  const [first] = tensors.keys();
  const own = first === undefined ? undefined : parse(first)?.[3];
  return (tensor) => {
    const [, module, half, adapter] = parse(tensor) ?? [];
    return module === undefined || adapter !== own ? null : { module, half: half as "A" | "B" };
  };
}

function moduleOf({ names }: ModelSpec, { slot }: AdapterEntry, layer: number): string {
  return names.layer(layer) + slot.path;
}

function parts(module: string, { rank }: AdapterLayout, { slot, offset, sizeA, sizeB }: AdapterEntry) {
  const [a, b]: readonly [Shape, Shape] = [
    [rank, slot.inFeatures],
    [slot.outFeatures, rank],
  ];
  return [
    { name: `${root}${module}.lora_A.weight`, shape: a, start: offset, end: offset + sizeA },
    { name: `${root}${module}.lora_B.weight`, shape: b, start: offset + sizeA, end: offset + sizeA + sizeB },
  ];
}
