// Converts a small model folder to GGUF, as convert_hf_to_gguf.py does: names, permuted rows, norms plus one, tokens with types.
import { blobSource } from "../../src/base/byte-source.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { tinyConfig, tinyTokenizer, tinyWeights } from "./tiny-model.ts";
import { writeGguf, stored, type GgufTensorToWrite, type GgufValue, type Storage } from "./gguf-writer.ts";

export interface HfTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type Config = Readonly<Record<string, unknown>>;

/** Modules of Llama by their names in GGUF. */
export const llamaNames: Readonly<Record<string, string>> = {
  "model.embed_tokens": "token_embd",
  "model.norm": "output_norm",
  lm_head: "output",
  "self_attn.q_proj": "attn_q",
  "self_attn.k_proj": "attn_k",
  "self_attn.v_proj": "attn_v",
  "self_attn.o_proj": "attn_output",
  "mlp.gate_proj": "ffn_gate",
  "mlp.up_proj": "ffn_up",
  "mlp.down_proj": "ffn_down",
  input_layernorm: "attn_norm",
  post_attention_layernorm: "ffn_norm",
};

/** "model.layers.3.self_attn.q_proj.weight" → "blk.3.attn_q.weight" */
export function ggufName(name: string, names: Readonly<Record<string, string>> = llamaNames, layerPrefix = "model.layers."): string {
  const end = name.slice(name.lastIndexOf("."));
  const path = name.slice(0, -end.length);
  if (!path.startsWith(layerPrefix)) return `${names[path] ?? path}${end}`;
  const [layer = "", ...rest] = path.slice(layerPrefix.length).split(".");
  return `blk.${layer}.${names[rest.join(".")] ?? rest.join(".")}${end}`;
}

/** LlamaModel.permute: weights.reshape(heads, 2, rows / heads / 2, …).swapaxes(1, 2).reshape(shape) */
export function permute(data: Float32Array, rows: number, heads: number): Float32Array {
  const columns = data.length / rows;
  const half = rows / heads / 2;
  const out = new Float32Array(data.length);
  let to = 0;
  for (let head = 0; head < heads; head++)
    for (let pair = 0; pair < half; pair++)
      for (let side = 0; side < 2; side++) {
        const from = (head * 2 * half + side * half + pair) * columns;
        out.set(data.subarray(from, from + columns), to);
        to += columns;
      }
  return out;
}

const number = (config: Config, key: string, otherwise = 0): number => Number(config[key] ?? otherwise);

export function llamaMetadata(config: Config, name = "llama"): Record<string, GgufValue> {
  return {
    "general.architecture": { text: name },
    "general.name": { text: "test" },
    [`${name}.context_length`]: { u32: number(config, "max_position_embeddings") },
    [`${name}.embedding_length`]: { u32: number(config, "hidden_size") },
    [`${name}.block_count`]: { u32: number(config, "num_hidden_layers") },
    [`${name}.feed_forward_length`]: { u32: number(config, "intermediate_size") },
    [`${name}.attention.head_count`]: { u32: number(config, "num_attention_heads") },
    [`${name}.attention.head_count_kv`]: { u32: number(config, "num_key_value_heads") },
    [`${name}.attention.layer_norm_rms_epsilon`]: { f32: number(config, "rms_norm_eps") },
    [`${name}.rope.freq_base`]: { f32: number(config, "rope_theta", 10_000) },
  };
}

/** LlamaModel.generate_extra_tensors: what Llama 3's scaling does to each pair. */
function ropeFreqs(config: Config): HfTensor[] {
  const scaling = (config["rope_scaling"] ?? {}) as Config;
  if (scaling["rope_type"] !== "llama3") return [];
  const headDim = number(config, "hidden_size") / number(config, "num_attention_heads");
  const [factor, low, high] = ["factor", "low_freq_factor", "high_freq_factor"].map((key) => number(scaling, key)) as [
    number,
    number,
    number,
  ];
  const original = number(scaling, "original_max_position_embeddings");
  const data = Float32Array.from({ length: headDim / 2 }, (_, pair) => {
    const wavelength = 2 * Math.PI * number(config, "rope_theta") ** ((2 * pair) / headDim);
    if (wavelength < original / high) return 1;
    if (wavelength > original / low) return factor;
    const smooth = (original / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
  return [{ name: "rope_freqs.weight", shape: [headDim / 2], data }];
}

export function llamaTensors(config: Config, tensors: readonly HfTensor[], storage: Storage): GgufTensorToWrite[] {
  const heads: Readonly<Record<string, number>> = { q: number(config, "num_attention_heads"), k: number(config, "num_key_value_heads") };
  const changed = tensors.map(({ name, shape, data }) => {
    const which = /\.([qk])_proj\.(?:weight|bias)$/.exec(name)?.[1];
    return { name: ggufName(name), shape, data: which ? permute(data, shape[0] as number, heads[which] as number) : data };
  });
  return [...changed, ...ropeFreqs(config)].map(({ name, shape, data }) => stored(name, shape, data, storage));
}

interface TokenizerJson {
  readonly added_tokens: readonly { readonly id: number; readonly content: string; readonly special: boolean }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (string | readonly string[])[] };
}

/** A byte-level tokenizer as llama.cpp keeps it. */
export function tokenizerMetadata(tokenizer: unknown, config: Config, pre: string): Record<string, GgufValue> {
  const { model, added_tokens: added } = tokenizer as TokenizerJson;
  const entries = [...Object.entries(model.vocab), ...added.map(({ content, id }) => [content, id] as const)];
  const tokens: string[] = [];
  for (const [token, id] of entries) tokens[id] = token;
  const special = new Map(added.map(({ id, special: control }) => [id, control ? 3 : 4]));
  const idOf = (key: string): Record<string, GgufValue> => {
    const named = config[`${key}_token`] as string | { content: string } | null | undefined;
    const content = typeof named === "object" ? named?.content : named;
    return content === undefined ? {} : { [`tokenizer.ggml.${key}_token_id`]: { u32: tokens.indexOf(content) } };
  };
  return {
    "tokenizer.ggml.model": { text: "gpt2" },
    "tokenizer.ggml.pre": { text: pre },
    "tokenizer.ggml.tokens": { texts: tokens },
    "tokenizer.ggml.token_type": { i32s: tokens.map((_, id) => special.get(id) ?? 1) },
    "tokenizer.ggml.merges": { texts: model.merges.map((merge) => (typeof merge === "string" ? merge : merge.join(" "))) },
    ...idOf("bos"),
    ...idOf("eos"),
    ...(typeof config["chat_template"] === "string" ? { "tokenizer.chat_template": { text: config["chat_template"] } } : {}),
  };
}

export function llamaGguf(
  config: Config,
  tensors: readonly HfTensor[],
  storage: Storage,
  more: Readonly<Record<string, GgufValue>> = {},
): Uint8Array<ArrayBuffer> {
  return writeGguf({ ...llamaMetadata(config), ...more }, llamaTensors(config, tensors, storage));
}

/** The tests' tiny model with its tokenizer, or another one with other weights and another chat template. */
export async function tinyGguf(
  storage: Storage,
  { seed = 1, template, model = tinyConfig }: { seed?: number; template?: string; model?: Config } = {},
): Promise<File> {
  const file = await openSafetensors(blobSource("model.safetensors", new Blob([tinyWeights(model, seed)])));
  const tensors: HfTensor[] = [];
  for (const [name, { shape }] of file.tensors) tensors.push({ name, shape, data: await readTensor(file, name) });
  const { tokenizer, config } = tinyTokenizer();
  const metadata = tokenizerMetadata(tokenizer, template === undefined ? config : { ...config, chat_template: template }, "gpt-2");
  return new File([llamaGguf(model, tensors, storage, metadata)], "tiny.gguf");
}
