// Checkpoints whose weights are quantized in a way that cannot be read (3 bits of GPTQ, Marlin's order, AQLM, mxfp4, …). Their
// unquantized base can be loaded instead; its name is said where it can be known.
import type { Json } from "../base/json.ts";
import { AtelierError } from "../base/errors.ts";
import { commas, words, type Text } from "../words/message.ts";
import type { ConfigReader } from "./config-reader.ts";
import { publishedQuantization, unreadableSettings, type PublishedQuantization } from "./published-quantization.ts";

/**
 * @param name of the model's source: owner/name on a hub, a folder's name; undefined where there is none
 * @throws AtelierError `model/unsupported-feature` naming the key, the method, what of it cannot be read, and the base
 */
export function refuseQuantized(config: ConfigReader, name?: string): void {
  const found = publishedQuantization(config.all());
  if (found) refuseUnreadable(found, config.all(), name);
}

/** @throws AtelierError as {@link refuseQuantized} */
export function refuseUnreadable(quantization: PublishedQuantization, config: Json, name?: string): void {
  // GPT-2's layers keep their matrices the other way round, and so do not all the tools that quantize them.
  const transposed = config["model_type"] === "gpt2" ? ["model_type = gpt2"] : [];
  const unreadable = unreadableSettings(quantization);
  if (unreadable?.length === 0 && transposed.length === 0) return;
  const base = baseOf(config["_name_or_path"], name);
  const method = commas([describe(quantization.settings), ...(unreadable ?? []), ...transposed]);
  const found = { key: quantization.place, method };
  if (base === null) throw new AtelierError("model/unsupported-feature#quantized", found);
  throw new AtelierError("model/unsupported-feature#quantized-from", { ...found, base });
}

function describe(settings: Json): Text {
  const { quant_method: method, load_in_8bit: eight, load_in_4bit: four, bits } = settings;
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
