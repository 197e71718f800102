// The architecture table: config.json's model_type → how to read it. A new family is a row here and a file beside llama.ts.
import { AtelierError } from "../base/errors.ts";
import { parseLlama } from "./architectures/llama.ts";
import { ConfigReader } from "./config-reader.ts";
import type { ModelSpec } from "./spec.ts";

const architectures: Readonly<Record<string, (config: ConfigReader) => ModelSpec>> = {
  llama: parseLlama,
};

/** Values of model_type that can be read. */
export const knownFamilies: readonly string[] = Object.keys(architectures);

/**
 * Reads a parsed config.json (spelled as transformers 4 or 5 writes it).
 * @throws AtelierError `model/unknown-architecture`, `model/config-invalid`, `model/unsupported-feature`, naming the key.
 */
export function parseModelConfig(config: unknown): ModelSpec {
  const reader = new ConfigReader(config);
  const type = reader.text("model_type");
  const parse = Object.hasOwn(architectures, type) ? architectures[type] : undefined;
  if (!parse) {
    throw new AtelierError(
      "model/unknown-architecture",
      `config.json says model_type "${type}", which Atelier does not know.`,
      `Known: ${Object.keys(architectures).join(", ")}.`,
    );
  }
  return parse(reader);
}
