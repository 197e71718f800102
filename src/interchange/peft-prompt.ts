// Prompt and prefix tuning as Hugging Face PEFT stores them: one tensor, prompt_embeddings, and the shape of what it stands before.
import { parseStoredConfig, type MethodConfig } from "../config/run-config.ts";
import { applyMethod } from "../model/methods/methods.ts";
import { promptTensor } from "../model/methods/prompt.ts";
import type { ModelSpec } from "../model/spec.ts";
import { words, type Words } from "../words/message.ts";
import { groupTensors, readGroups, unexpected, type AdapterFormat, type ReadAdapter } from "./adapter-tensors.ts";
import { anything, baseIn, originKeys, positiveAt, refuseUnsupported, saysNothing, type Accepts } from "./peft-config.ts";
import type { PeftFiles, Trained } from "./peft-files.ts";
import type { SafetensorsFile } from "./safetensors.ts";

type Config = Readonly<Record<string, unknown>>;
type PromptConfig = Extract<MethodConfig, { readonly kind: "prompt" | "prefix" }>;

const storedName = "prompt_embeddings";

const format: AdapterFormat = {
  canonical: (tensor) => (tensor === storedName ? promptTensor : null),
  nameOf: () => storedName,
  transposed: false,
};

/** What the model is, as the settings of both methods say it; PEFT fills in what is not there. */
function shapeKeys(
  { layers, hiddenSize, heads, kvHeads, headDim }: ModelSpec,
  kind: PromptConfig["kind"],
): Readonly<Record<string, number>> {
  return kind === "prompt"
    ? { token_dim: hiddenSize, num_layers: layers, num_attention_heads: heads }
    : { token_dim: kvHeads * headDim, num_layers: layers, num_attention_heads: kvHeads };
}

export function promptFiles(spec: ModelSpec, settings: PromptConfig, { parameters }: Trained): PeftFiles {
  const tensors = groupTensors(applyMethod(spec, settings).layout, parameters).map((tensor) => ({ ...tensor, name: storedName }));
  const shape = shapeKeys(spec, settings.kind);
  // How a prompt began has no part in what it is; PEFT asks for a tokenizer where that was a text.
  const own =
    settings.kind === "prompt"
      ? { peft_type: "PROMPT_TUNING", prompt_tuning_init: "RANDOM" }
      : { peft_type: "PREFIX_TUNING", prefix_projection: false, encoder_hidden_size: shape["token_dim"] };
  return { config: { ...own, num_virtual_tokens: settings.virtualTokens, num_transformer_submodules: 1, ...shape }, tensors };
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, `adapter/not-finite`, naming the key or tensor. */
export async function readPromptFiles(spec: ModelSpec, config: Config, weights: SafetensorsFile): Promise<ReadAdapter> {
  // Gemma and Gemma 2 alone: Gemma 3 has always had the scale in its embedding.
  const isScaled = spec.embeddingScale !== 1 && spec.family !== "gemma3_text";
  return readAdded(spec, config, "prompt", weights, isScaled ? [words("adapter/prompt-scale", { family: spec.family })] : []);
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, `adapter/not-finite`, naming the key or tensor. */
export async function readPrefixFiles(spec: ModelSpec, config: Config, weights: SafetensorsFile): Promise<ReadAdapter> {
  // What is stored is what the network made of its embeddings, which is all that answers need.
  return readAdded(spec, config, "prefix", weights, config["prefix_projection"] === true ? [words("adapter/projected-prefix")] : []);
}

async function readAdded(
  spec: ModelSpec,
  config: Config,
  kind: PromptConfig["kind"],
  weights: SafetensorsFile,
  notes: readonly Words[],
): Promise<ReadAdapter> {
  refuseUnsupported(config, accepted[kind]);
  const virtualTokens = positiveAt(config, "num_virtual_tokens");
  for (const [key, value] of Object.entries(shapeKeys(spec, kind))) {
    const found = config[key];
    // The heads of the queries have no part in a prompt.
    if (found === undefined || found === null || found === value || (kind === "prompt" && key === "num_attention_heads")) continue;
    throw unexpected(key, found, words("adapter/of-this-base", { value }));
  }
  const { method } = parseStoredConfig({ method: { kind, virtualTokens } });
  const parameters = await readGroups(applyMethod(spec, method).layout, format, weights);
  return { method, parameters, fixed: {}, base: baseIn(config), notes };
}

/** Keys that may say something beside those of every kind. */
const shared: Readonly<Record<string, Accepts>> = {
  ...originKeys,
  peft_type: anything,
  num_virtual_tokens: anything,
  token_dim: anything,
  num_layers: anything,
  num_attention_heads: anything,
  num_transformer_submodules: (value) => value === 1 || saysNothing(value),
};

const accepted: Readonly<Record<PromptConfig["kind"], Readonly<Record<string, Accepts>>>> = {
  // How it began.
  prompt: {
    ...shared,
    prompt_tuning_init: anything,
    prompt_tuning_init_text: anything,
    tokenizer_name_or_path: anything,
    tokenizer_kwargs: anything,
  },
  prefix: { ...shared, prefix_projection: anything, encoder_hidden_size: anything, init_weights: anything },
};
