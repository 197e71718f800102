// Tells one tokenizer with its chat template from another: ids mean nothing, or something else, to a model with another one.
import type { TokenizerFiles } from "../../tokens/tokenizer.ts";
import { sha256 } from "./cache-manifest.ts";

/** Keys of tokenizer_config.json that say where a tokenizer came from or how batches are padded, not which tokens there are. */
const immaterial = new Set([
  "name_or_path",
  "_name_or_path",
  "_commit_hash",
  "transformers_version",
  "tokenizer_file",
  "special_tokens_map_file",
  "auto_map",
  "processor_class",
  "model_input_names",
  "model_max_length",
  "max_length",
  "padding_side",
  "pad_to_multiple_of",
  "pad_token_type_id",
  "truncation_side",
  "truncation_strategy",
  "stride",
]);

/**
 * Covers every file that the tokenizer is opened from; of generation_config.json and config.json the ids of special tokens.
 * The same for the same files, however they are indented.
 */
export async function tokenizerFingerprint(files: TokenizerFiles): Promise<string> {
  const { config, endTokenSources, ...others } = files;
  const parts = { ...others, config: without(config, immaterial), ends: endTokenSources.map(tokenIds) };
  return sha256(new TextEncoder().encode(JSON.stringify(parts)));
}

function without(value: unknown, keys: ReadonlySet<string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.has(key)));
}

/** Also those of a nested configuration. */
function tokenIds(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const found = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (/_token_ids?$/.test(key)) return [[key, inner]];
    return key.endsWith("_config") ? [[key, tokenIds(inner)]] : [];
  });
  return Object.fromEntries(found);
}
