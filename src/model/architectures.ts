// The architecture table: config.json's model_type → how to read it. A new family is a row here and a function in
// architectures/.
import { AtelierError } from "../base/errors.ts";
import { refuseUnknownParts } from "./architectures/common.ts";
import { parseGemma, parseGemma2, parseGemma3 } from "./architectures/gemma.ts";
import { parseGpt2, parseGptNeoX, parsePhi } from "./architectures/layer-normed.ts";
import { parseLlama, parseMistral, parseOlmo2, parsePhi3, parseQwen2, parseQwen3, parseSmolLm3 } from "./architectures/llama.ts";
import { ConfigReader } from "./config-reader.ts";
import { refuseQuantized } from "./quantized-checkpoint.ts";
import type { ModelSpec } from "./spec.ts";
import { commas } from "../words/message.ts";

interface Architecture {
  readonly parse: (config: ConfigReader) => ModelSpec;
}

const architectures: Readonly<Record<string, Architecture>> = {
  llama: { parse: parseLlama },
  mistral: { parse: parseMistral },
  qwen2: { parse: parseQwen2 },
  qwen3: { parse: parseQwen3 },
  gemma: { parse: parseGemma },
  gemma2: { parse: parseGemma2 },
  gemma3_text: { parse: parseGemma3 },
  phi: { parse: parsePhi },
  phi3: { parse: parsePhi3 },
  smollm3: { parse: parseSmolLm3 },
  olmo2: { parse: parseOlmo2 },
  gpt2: { parse: parseGpt2 },
  gpt_neox: { parse: parseGptNeoX },
};

/** Values of model_type that can be read. */
export const knownFamilies: readonly string[] = Object.keys(architectures);

/**
 * Reads a parsed config.json (spelled as transformers 4 or 5 writes it).
 * @param name of the model's source, from which that of an unquantized base may be told
 * @throws AtelierError `model/unknown-architecture`, `model/config-invalid`, `model/unsupported-feature`, naming the key.
 */
export function parseModelConfig(config: unknown, name?: string): ModelSpec {
  const reader = new ConfigReader(config);
  const type = reader.text("model_type");
  const architecture = Object.hasOwn(architectures, type) ? architectures[type] : undefined;
  if (!architecture) throw new AtelierError("model/unknown-architecture#model-type", { type, known: commas(knownFamilies) });
  refuseQuantized(reader, name);
  refuseUnknownParts(reader);
  return architecture.parse(reader);
}
