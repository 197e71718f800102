// What config.json says of weights that were quantized before they were published, and which of it can be read. The rest is named
// setting by setting: a reader that guesses would give wrong numbers without a word.
import { isRecord, type Json } from "../base/json.ts";

export interface PublishedQuantization {
  /** Where it stands: a key of config.json, or a file beside it. */
  readonly place: string;
  readonly settings: Json;
}

/** Keys of config.json: transformers', that of older compressed-tensors; mlx-lm's comes first, because it writes two. */
const keys = ["quantization", "quantization_config", "compression_config"] as const;

export function publishedQuantization(config: Json): PublishedQuantization | null {
  const key = keys.find((candidate) => config[candidate] !== undefined && config[candidate] !== null);
  if (key === undefined) return null;
  const settings = config[key];
  return { place: key, settings: isRecord(settings) ? settings : {} };
}

/** Lists what stands in the way, as "key = value". */
type Check = (settings: Json) => readonly string[];

/** By the method's name. */
const checks = {
  bitsandbytes: (settings) => only(settings, "bnb_4bit_quant_type", "nf4", "fp4"),
  gptq: (settings) => [
    ...required(settings, "bits", 2, 4, 8),
    ...only(settings, "checkpoint_format", "gptq", "gptq_v2"),
    ...only(settings, "format", "gptq", "gptq_v2"),
    ...only(settings, "is_marlin_format", false),
    ...only(settings, "pack_dtype", "int32"),
    ...only(settings, "adapter"),
  ],
  awq: (settings) => [
    ...required(settings, settings["w_bit"] === undefined ? "bits" : "w_bit", 4),
    ...["version", "format", "checkpoint_format"].flatMap((key) => only(settings, key, "gemm", "GEMM")),
    ...only(settings, "backend", "autoawq"),
    ...only(settings, "pack_dtype", "int32"),
    ...only(settings, "zero_point", true),
  ],
  "compressed-tensors": checkCompressedTensors,
  fp8: (settings) => {
    const block = settings["weight_block_size"];
    return block === undefined || block === null || isPair(block) ? [] : [said(settings, "weight_block_size")];
  },
  hqq: checkHqq,
  torchao: checkTorchao,
  mlx: checkMlx,
} satisfies Record<string, Check>;

export type QuantizationMethod = keyof typeof checks;

/** Null where it is none that can be read, whatever its settings. */
export function methodOf({ place, settings }: PublishedQuantization): QuantizationMethod | null {
  if (place === "quantization") return "mlx";
  const method = settings["quant_method"];
  if (typeof method === "string") return Object.hasOwn(checks, method) ? (method as QuantizationMethod) : null;
  // Files of bitsandbytes from before 2023-08, older compressed-tensors, AutoGPTQ's and AutoAWQ's own files name no method.
  if (settings["load_in_4bit"] === true || settings["load_in_8bit"] === true) return "bitsandbytes";
  if (isRecord(settings["config_groups"])) return "compressed-tensors";
  if (settings["w_bit"] !== undefined || settings["zero_point"] !== undefined) return "awq";
  return typeof settings["bits"] === "number" && typeof settings["desc_act"] === "boolean" ? "gptq" : null;
}

/** What of it cannot be read, as "key = value"; null where the method is not known at all. */
export function unreadableSettings(quantization: PublishedQuantization): readonly string[] | null {
  const method = methodOf(quantization);
  return method === null ? null : checks[method](quantization.settings);
}

function checkCompressedTensors(settings: Json): readonly string[] {
  const formats = ["pack-quantized", "int-quantized", "float-quantized", "naive-quantized", "mixed-precision", "dense"] as const;
  const groups = isRecord(settings["config_groups"]) ? Object.entries(settings["config_groups"]) : [];
  const sparsity = settings["sparsity_config"];
  return [
    ...only(settings, "format", ...formats),
    ...(groups.length === 0 ? [said(settings, "config_groups")] : []),
    ...groups.flatMap(([name, group]) => {
      if (!isRecord(group)) return [`${name} = ${JSON.stringify(group)}`];
      const weights = isRecord(group["weights"]) ? group["weights"] : null;
      const widths = weights?.["type"] === "float" ? [8] : [4, 8];
      return [...only(group, "format", ...formats), ...(weights ? required(weights, "num_bits", ...widths) : [])];
    }),
    ...(isRecord(sparsity) ? only(sparsity, "format", "dense") : []),
    // Transforms turn the activations as well, so that the weights alone are not the model's.
    ...(isEmpty(settings["transform_config"]) ? [] : [said(settings, "transform_config")]),
  ];
}

function checkHqq(settings: Json): readonly string[] {
  const config = isRecord(settings["quant_config"]) ? settings["quant_config"] : {};
  const weights = config["weight_quant_params"];
  if (!isRecord(weights)) return [said(settings, "quant_config")];
  return [
    ...required(weights, "nbits", 4, 8),
    ...required(weights, "axis", 1),
    ...only(weights, "view_as_float", false),
    ...only(config, "scale_quant_params"),
    ...only(config, "zero_quant_params"),
  ];
}

const readPackings: ReadonlySet<unknown> = new Set(["PLAIN", "plain", "UNPACKED_TO_INT8", "unpacked_to_int8"]);

/** Version 2 of its configurations; those before saved pickles. */
function checkTorchao(settings: Json): readonly string[] {
  const type = settings["quant_type"];
  const chosen = isRecord(type) ? type["default"] : undefined;
  if (!isRecord(chosen)) return [said(settings, "quant_type")];
  const known = required(chosen, "_type", "Int8WeightOnlyConfig", "IntxWeightOnlyConfig", "Int4WeightOnlyConfig");
  const data = isRecord(chosen["_data"]) ? chosen["_data"] : {};
  const packings = ["int4_packing_format", "intx_packing_format"].flatMap((key) => {
    const packing = data[key];
    const value = isRecord(packing) ? packing["_data"] : packing;
    return value === undefined || readPackings.has(value) ? [] : [`${key} = ${JSON.stringify(value)}`];
  });
  return [...known, ...packings];
}

/** Modules may have settings of their own, under their names. */
function checkMlx(settings: Json): readonly string[] {
  const check = (one: Json): string[] => [...required(one, "bits", 2, 3, 4, 5, 6, 8), ...only(one, "mode", "affine")];
  const modules = Object.values(settings).filter(isRecord);
  return [...check(settings), ...modules.flatMap((one) => check({ ...settings, ...one }))];
}

/** The key is absent, null or one of the values. */
function only(settings: Json, key: string, ...values: readonly unknown[]): string[] {
  return settings[key] === undefined || settings[key] === null ? [] : required(settings, key, ...values);
}

function required(settings: Json, key: string, ...values: readonly unknown[]): string[] {
  return values.includes(settings[key]) ? [] : [said(settings, key)];
}

const longest = 60;

function said(settings: Json, key: string): string {
  return `${key} = ${JSON.stringify(settings[key] ?? null).slice(0, longest)}`;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (isRecord(value) && Object.values(value).every(isEmpty));
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((size) => Number.isInteger(size) && size > 0);
}
