// LoRA adapters as Hugging Face PEFT stores them: adapter_config.json and adapter_model.safetensors. What PEFT can say and
// Atelier cannot do (DoRA, rank patterns, trained biases …) is refused by name, never ignored.
import { AtelierError } from "../base/errors.ts";
import { sameShape, type Shape } from "../base/tensor.ts";
import { allLinear } from "../config/run-config.ts";
import { adapterLayout, targetsOf, type AdapterEntry, type AdapterLayout } from "../model/adapter-layout.ts";
import type { ModelSpec } from "../model/spec.ts";
import { readTensor, type SafetensorsFile, type TensorToStore } from "./safetensors.ts";

export const adapterConfigName = "adapter_config.json";
export const adapterWeightsName = "adapter_model.safetensors";

/** Values of per-layer flat vectors under PEFT's names, sorted: adapters, or their gradients. */
export function peftTensors(spec: ModelSpec, layout: AdapterLayout, layers: readonly Float32Array[]): TensorToStore[] {
  const tensors = layers.flatMap((flat, layer) =>
    layout.entries.flatMap((entry) =>
      parts(spec, layout, entry, layer).map(({ name, shape, start, end }) => ({ name, shape, data: flat.slice(start, end) })),
    ),
  );
  return tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param baseModel the name of the base, for whoever opens the adapter elsewhere */
export function peftConfig(spec: ModelSpec, layout: AdapterLayout, baseModel: string): Record<string, unknown> {
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
    target_modules: targetsOf(spec, layout),
    use_dora: false,
    use_rslora: false,
  };
}

/**
 * @throws AtelierError `adapter/unsupported`, `adapter/invalid`, naming the key or tensor.
 */
export async function readPeft(
  spec: ModelSpec,
  config: unknown,
  weights: SafetensorsFile,
): Promise<{ layout: AdapterLayout; layers: Float32Array[] }> {
  const layout = parsePeftConfig(spec, config);
  const wanted = Array.from({ length: spec.layers }, (_, layer) => layout.entries.flatMap((entry) => parts(spec, layout, entry, layer)));
  checkShapes(wanted.flat(), weights);
  const layers: Float32Array[] = [];
  for (const tensors of wanted) {
    const flat = new Float32Array(layout.size);
    for (const { name, start } of tensors) flat.set(await readTensor(weights, name), start);
    layers.push(flat);
  }
  return { layout, layers };
}

/** Before anything is allocated: a configuration may announce any rank. */
function checkShapes(wanted: readonly { readonly name: string; readonly shape: Shape }[], { tensors }: SafetensorsFile): void {
  for (const { name, shape } of wanted) {
    const found = tensors.get(name);
    if (!found) throw invalid(`${adapterWeightsName} has no tensor ${name}.`);
    if (!sameShape(found.shape, shape)) {
      throw invalid(`${name} has shape [${found.shape.join(", ")}]; this base model needs [${shape.join(", ")}].`);
    }
  }
  const known = new Set(wanted.map(({ name }) => name));
  const extra = [...tensors.keys()].find((name) => !known.has(name));
  if (extra !== undefined) throw invalid(`${adapterWeightsName} holds ${extra}, which ${adapterConfigName} does not announce.`);
}

function parsePeftConfig(spec: ModelSpec, config: unknown): AdapterLayout {
  if (typeof config !== "object" || config === null) throw invalid(`${adapterConfigName} is not a JSON object.`);
  const { r, lora_alpha: alpha, target_modules: targets, ...rest } = config as Record<string, unknown>;
  refuseUnsupported(rest, isConv1D(spec) ? ["fan_in_fan_out"] : []);
  if (typeof r !== "number" || !Number.isInteger(r) || r < 1)
    throw invalid(`r is ${JSON.stringify(r)} in ${adapterConfigName}; expected a positive whole number.`);
  if (typeof alpha !== "number") throw invalid(`lora_alpha is ${JSON.stringify(alpha)} in ${adapterConfigName}; expected a number.`);
  const names = targets === allLinear ? [allLinear] : targets;
  if (!Array.isArray(names) || names.length === 0)
    throw invalid(`target_modules is ${JSON.stringify(targets)} in ${adapterConfigName}; expected a list of names.`);
  const wrong: unknown = names.find((name) => typeof name !== "string");
  if (wrong !== undefined) throw invalid(`target_modules names ${JSON.stringify(wrong)} in ${adapterConfigName}; expected a name.`);
  try {
    return adapterLayout(spec, r, alpha, names as string[]);
  } catch (cause) {
    throw invalid(cause instanceof Error ? `${adapterConfigName}: ${cause.message}` : String(cause));
  }
}

/** Keys that change what an adapter computes, and the values that we compute. */
const supported: Readonly<Record<string, (value: unknown) => boolean>> = {
  peft_type: (value) => value === "LORA",
  bias: (value) => value === "none",
  use_dora: isFalsy,
  use_rslora: isFalsy,
  use_qalora: isFalsy,
  lora_bias: isFalsy,
  fan_in_fan_out: isFalsy,
  rank_pattern: isEmpty,
  alpha_pattern: isEmpty,
  modules_to_save: isEmpty,
  layers_to_transform: isEmpty,
  trainable_token_indices: isEmpty,
  // PiSSA, OLoRA, CorDA and LoftQ adapters belong to a base whose weights were changed when they were made.
  init_lora_weights: (value) => ["gaussian", "eva", "orthogonal", true, false, null].some((known) => known === value),
};

function isConv1D({ linears }: ModelSpec): boolean {
  return linears.some(({ transposed }) => transposed);
}

/** @param allowed keys that may say anything for this base */
function refuseUnsupported(config: Readonly<Record<string, unknown>>, allowed: readonly string[]): void {
  for (const [key, accepts] of Object.entries(supported)) {
    const value = config[key];
    if (value === undefined || accepts(value) || allowed.includes(key)) continue;
    throw new AtelierError(
      "adapter/unsupported",
      `${adapterConfigName} says ${key} = ${JSON.stringify(value)}, which Atelier does not support.`,
      "Use a plain LoRA adapter.",
    );
  }
}

function isFalsy(value: unknown): boolean {
  return !value;
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function parts({ names }: ModelSpec, { rank }: AdapterLayout, { slot, offset, sizeA, sizeB }: AdapterEntry, layer: number) {
  const path = `base_model.model.${names.layer(layer)}${slot.path}`;
  return [
    { name: `${path}.lora_A.weight`, shape: [rank, slot.inFeatures], start: offset, end: offset + sizeA },
    { name: `${path}.lora_B.weight`, shape: [slot.outFeatures, rank], start: offset + sizeA, end: offset + sizeA + sizeB },
  ];
}

function invalid(message: string): AtelierError {
  return new AtelierError("adapter/invalid", message, "Check that the adapter belongs to this base model.");
}
