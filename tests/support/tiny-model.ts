// A whole model of a few thousand random parameters with a byte-level tokenizer, as the files of a model folder. Small
// enough for software WebGPU, odd enough to hide nothing: grouped queries, a tied head, an mlp width that is no whole block.
import { seededRandom } from "../../src/base/random.ts";
import { encodeSafetensors } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { requiredTensors } from "../../src/model/spec.ts";

export const tinyConfig = {
  model_type: "llama",
  hidden_act: "silu",
  hidden_size: 32,
  intermediate_size: 44,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  num_hidden_layers: 2,
  vocab_size: 264,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  tie_word_embeddings: true,
  eos_token_id: 2,
};

/** Ids of the special tokens; bytes follow from 3 on, then the merges. */
export const special = { pad: 0, start: 1, end: 2, firstByte: 3 } as const;

const chatTemplate =
  "{% for message in messages %}{{ '<|start|>' + message['role'] + '\n' + message['content'] + '<|end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}";

/** GPT-2's printable stand-ins for the 256 bytes. */
function byteAlphabet(): string[] {
  const printable = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

/** An entry of tokenizer.json's added_tokens. */
export function specialToken(content: string, id: number) {
  return { id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false };
}

export function tinyTokenizer(): { tokenizer: Record<string, unknown>; config: Record<string, unknown> } {
  const merges = ["a n", "an d", "Ġ and", "i s"];
  const tokens = ["<|pad|>", "<|start|>", "<|end|>", ...byteAlphabet(), ...merges.map((merge) => merge.replace(" ", ""))];
  const added = tokens.slice(0, 3).map(specialToken);
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    tokenizer: {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: null,
      pre_tokenizer: byteLevel,
      post_processor: null,
      decoder: byteLevel,
      model: { type: "BPE", vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges },
    },
    config: {
      tokenizer_class: "PreTrainedTokenizerFast",
      eos_token: "<|end|>",
      pad_token: "<|pad|>",
      clean_up_tokenization_spaces: false,
      chat_template: chatTemplate,
    },
  };
}

/** @param change may spoil a tensor before it is written */
export function tinyWeights(
  config: Readonly<Record<string, unknown>> = tinyConfig,
  seed = 1,
  change: (name: string, data: Float32Array) => void = () => undefined,
): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  const tensors = [...requiredTensors(parseModelConfig(config))].map(([name, shape]) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const spread = name.includes("embed") ? 1 : 1.2 / Math.sqrt(shape.at(-1) ?? 1);
    const data = Float32Array.from({ length: size }, () => (name.includes("norm") ? 1 + 0.1 * random.normal() : spread * random.normal()));
    change(name, data);
    return { name, shape, data };
  });
  return encodeSafetensors(tensors);
}

/** Files by name; undefined in `changes` leaves one out. */
export function tinyModelFiles(
  changes: Readonly<Record<string, BlobPart | undefined>> = {},
  config: Readonly<Record<string, unknown>> = tinyConfig,
): File[] {
  const { tokenizer, config: tokenizerConfig } = tinyTokenizer();
  const files: Record<string, BlobPart | undefined> = {
    "config.json": JSON.stringify(config),
    "tokenizer.json": JSON.stringify(tokenizer),
    "tokenizer_config.json": JSON.stringify(tokenizerConfig),
    "model.safetensors": tinyWeights(config),
    ...changes,
  };
  return Object.entries(files).flatMap(([name, content]) => (content === undefined ? [] : [new File([content], name)]));
}
