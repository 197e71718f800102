// A GGUF file of a shape with random weights, which llama.cpp and Atelier read alike: matrices in Q4_0, the table in Q8_0, as llama.cpp
// itself would make it. Codes are drawn, not rounded: what they stand for has no meaning, only the deviation of fresh weights (0.02).
import { toFloat16 } from "../../src/base/half.ts";
import { llamaMetadata } from "../support/gguf-model.ts";
import { writeGguf, type GgufTensorToWrite, type GgufValue } from "../support/gguf-writer.ts";
import { byteId, type Shape } from "./shapes.ts";

const deviation = 0.02;
const blockSize = 32;
/** Codes of 4 and 8 bits, evenly drawn, have these deviations. */
const [deviation4, deviation8] = [4.61, 73.6];

const unknown = 0;
const start = 1;
/** Its row of the table is zero, so that no greedy answer ends early. */
export const endId = 2;

export function modelFile(shape: Shape): Uint8Array<ArrayBuffer> {
  const config = {
    hidden_size: shape.hidden,
    intermediate_size: shape.mlp,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    max_position_embeddings: shape.context,
    rms_norm_eps: 1e-5,
    rope_theta: shape.ropeTheta,
  };
  return writeGguf({ ...llamaMetadata(config), ...tokens(shape.vocabulary) }, tensorsOf(shape));
}

function tensorsOf({ hidden, mlp, layers, heads, kvHeads, vocabulary }: Shape): GgufTensorToWrite[] {
  const draw = generator(1);
  const width = (hidden / heads) * kvHeads;
  const ends = 1 / Math.sqrt(2 * layers);
  const norm = (name: string): GgufTensorToWrite => floats(name, [hidden], new Float32Array(hidden).fill(1));
  const layer = (at: number): GgufTensorToWrite[] => [
    norm(`blk.${at}.attn_norm.weight`),
    matrix(`blk.${at}.attn_q.weight`, [hidden, hidden], 1, draw),
    matrix(`blk.${at}.attn_k.weight`, [width, hidden], 1, draw),
    matrix(`blk.${at}.attn_v.weight`, [width, hidden], 1, draw),
    matrix(`blk.${at}.attn_output.weight`, [hidden, hidden], ends, draw),
    norm(`blk.${at}.ffn_norm.weight`),
    matrix(`blk.${at}.ffn_gate.weight`, [mlp, hidden], 1, draw),
    matrix(`blk.${at}.ffn_up.weight`, [mlp, hidden], 1, draw),
    matrix(`blk.${at}.ffn_down.weight`, [hidden, mlp], ends, draw),
  ];
  const table = blocks8("token_embd.weight", [vocabulary, hidden], draw);
  table.bytes.fill(0, (endId * table.bytes.length) / vocabulary, ((endId + 1) * table.bytes.length) / vocabulary);
  return [table, ...Array.from({ length: layers }, (_, at) => layer(at)).flat(), norm("output_norm.weight")];
}

/** @param size of the deviation, beside that of other matrices */
function matrix(name: string, shape: readonly [number, number], size: number, draw: Draw): GgufTensorToWrite {
  const [rows, columns] = shape;
  if (columns % blockSize === 0) return blocks4(name, shape, size, draw);
  // llama.cpp quantizes no row that is not a whole number of blocks.
  const codes = new Int8Array(draw(rows * columns).buffer);
  return floats(
    name,
    shape,
    Float32Array.from(codes, (code) => (code / deviation8) * deviation * size),
  );
}

function floats(name: string, shape: readonly number[], data: Float32Array): GgufTensorToWrite {
  return { name, shape, type: 0, bytes: new Uint8Array(data.buffer) };
}

/** Q4_0: a float16 scale, then 32 codes in 16 bytes. */
function blocks4(name: string, shape: readonly [number, number], size: number, draw: Draw): GgufTensorToWrite {
  return { name, shape, type: 2, bytes: scaled(draw((shape[0] * shape[1] * 18) / blockSize), 18, (deviation / deviation4) * size) };
}

/** Q8_0: a float16 scale, then 32 codes. */
function blocks8(name: string, shape: readonly [number, number], draw: Draw): GgufTensorToWrite {
  return { name, shape, type: 8, bytes: scaled(draw((shape[0] * shape[1] * 34) / blockSize), 34, deviation / deviation8) };
}

/** Writes one scale at the head of every block. */
function scaled(bytes: Uint8Array, blockBytes: number, scale: number): Uint8Array {
  const half = toFloat16(Float32Array.of(scale))[0] ?? 0;
  for (let at = 0; at < bytes.length; at += blockBytes) {
    bytes[at] = half & 0xff;
    bytes[at + 1] = half >> 8;
  }
  return bytes;
}

/** So many random bytes. */
type Draw = (bytes: number) => Uint8Array;

/** Marsaglia's xorshift: quick, and good enough for weights without a meaning. */
function generator(seed: number): Draw {
  let state = seed;
  return (bytes) => {
    const words = new Uint32Array(Math.ceil(bytes / 4));
    for (let at = 0; at < words.length; at++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[at] = state;
    }
    return new Uint8Array(words.buffer, 0, bytes);
  };
}

/** A vocabulary as SentencePiece has it: special tokens, the bytes, and words that nothing merges into. A text is its bytes, nothing before it. */
function tokens(size: number): Record<string, GgufValue> {
  const hex = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  const special = ["<unk>", "<s>", "</s>"];
  const [first, end] = [byteId(0), byteId(256)];
  const pieces = Array.from({ length: size }, (_, id) => (id < first ? (special[id] as string) : id < end ? hex(id - first) : `▁w${id}`));
  const type = (id: number): number => (id === unknown ? 2 : id < first ? 3 : id < end ? 6 : 1);
  return {
    "tokenizer.ggml.model": { text: "llama" },
    "tokenizer.ggml.tokens": { texts: pieces },
    "tokenizer.ggml.scores": { f32s: pieces.map((_, id) => -id) },
    "tokenizer.ggml.token_type": { i32s: pieces.map((_, id) => type(id)) },
    "tokenizer.ggml.bos_token_id": { u32: start },
    "tokenizer.ggml.eos_token_id": { u32: endId },
    "tokenizer.ggml.unknown_token_id": { u32: unknown },
    "tokenizer.ggml.add_bos_token": { bool: false },
    "tokenizer.ggml.add_space_prefix": { bool: false },
  };
}
