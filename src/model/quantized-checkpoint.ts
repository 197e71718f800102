// Checkpoints whose weights are quantized already (bitsandbytes, GPTQ, AWQ, FP8, mlx, …). Atelier quantizes while it loads, so what
// is wanted is the unquantized base; its name is said where it can be known.
import { AtelierError } from "../base/errors.ts";
import { words, type Text } from "../words/message.ts";
import type { ConfigReader } from "./config-reader.ts";

/** Keys of config.json that say so: transformers', that of older compressed-tensors, mlx-lm's. */
const keys = ["quantization_config", "compression_config", "quantization"] as const;

/**
 * @param name of the model's source: owner/name on a hub, a folder's name; undefined where there is none
 * @throws AtelierError `model/unsupported-feature` naming the key, the method and the base
 */
export function refuseQuantized(config: ConfigReader, name?: string): void {
  const key = keys.find((candidate) => config.has(candidate));
  if (key === undefined) return;
  const said = config.value(key);
  const base = baseOf(config.value("_name_or_path"), name);
  const found = { key, method: methodOf(said) };
  if (base === null) throw new AtelierError("model/unsupported-feature#quantized", found);
  throw new AtelierError("model/unsupported-feature#quantized-from", { ...found, base });
}

function methodOf(said: unknown): Text {
  const {
    quant_method: method,
    load_in_8bit: eight,
    load_in_4bit: four,
    bits,
  } = (typeof said === "object" && said !== null ? said : {}) as Record<string, unknown>;
  const width = four === true ? 4 : eight === true ? 8 : typeof bits === "number" ? bits : undefined;
  // Files of bitsandbytes from before 2023-08 do not name their method.
  const unnamed = four === true || eight === true ? "bitsandbytes" : words("model/nameless-method");
  const name = typeof method === "string" ? method.slice(0, 60) : unnamed;
  return width === undefined ? name : words("model/method-of-width", { method: name, bits: width });
}

/** owner/name, and no path of somebody's computer. */
const hubId = /^[\w-][\w.-]*\/[\w.-]+$/;

/** What publishers append to the name of the base. */
const suffixes =
  /(?:[-_.](?:unsloth|bnb|4-?bit|8-?bit|[2-8]bits?|gptq|awq|gemm|gemv|marlin|int[48]|fp8|fp4|nvfp4|mxfp4|nf4|dynamic|kv|static|w\d+a\d+\w*|g\d+|\d+g|quantized|quant|hqq|eetq|aqlm|quanto|torchao|autoround|exl2|mlx|q[48]|compressed|tensors))+$/i;

/** They publish conversions of other people's models, so only the model's name is known. */
const converters: ReadonlySet<string> = new Set([
  "mlx-community",
  "thebloke",
  "redhatai",
  "neuralmagic",
  "nm-testing",
  "hugging-quants",
  "modelcloud",
  "casperhansen",
  "kaitchup",
]);

/** @param origin `_name_or_path`: what the model was loaded from before it was saved, sometimes itself */
function baseOf(origin: unknown, name: string | undefined): string | null {
  const own = name?.replace(/@[^@/]*$/, "");
  if (typeof origin === "string" && hubId.test(origin)) {
    const plain = origin.replace(suffixes, "");
    if (plain !== origin || origin.toLowerCase() !== own?.toLowerCase()) return plain;
  }
  const plain = own?.replace(suffixes, "");
  if (plain === undefined || plain === "" || plain === own) return null;
  const [owner = "", model] = plain.split("/");
  return model !== undefined && converters.has(owner.toLowerCase()) ? model : plain;
}
