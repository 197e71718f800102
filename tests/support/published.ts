// One quantized matrix, made by hand in the layout of a publisher, as a checkpoint that is opened: for tests that must not depend on
// files of real libraries.
import { blobSource } from "../../src/base/byte-source.ts";
import { openWeights } from "../../src/interchange/checkpoint-files.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { decodeForm } from "./decode-forms.ts";
import { writeSafetensors, type Stored } from "./safetensors-writer.ts";
import { the } from "./the.ts";

export const smallConfig = {
  model_type: "llama",
  hidden_act: "silu",
  hidden_size: 32,
  intermediate_size: 64,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  num_hidden_layers: 1,
  vocab_size: 40,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  tie_word_embeddings: false,
};

/** The matrix that the tests have: down_proj, [32, 64]. */
export const module = "model.layers.0.mlp.down_proj.";
export const matrix = `${module}weight`;
export const [rows, columns] = [32, 64];

export interface Published {
  /** By what follows the module's name. */
  readonly parts: Readonly<Record<string, Stored>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

export async function openPublished({ parts, config = {}, files = {}, metadata }: Published): Promise<TensorReader> {
  const whole = { ...smallConfig, ...config };
  const named = Object.fromEntries(
    Object.entries(parts).map(([part, tensor]) => [part.startsWith("model.") ? part : module + part, tensor]),
  );
  const bytes = writeSafetensors(named, metadata);
  const beside = (file: string) => Promise.resolve(files[file]);
  return openWeights({ name: "by-hand", config: whole, spec: parseModelConfig(whole), beside }, (file) =>
    Promise.resolve(file === "model.safetensors" ? blobSource(file, new Blob([bytes])) : null),
  );
}

/** Rows of a matrix by its formula; numbers are rounded to float32 at the end. */
export function numbers(value: (n: number, k: number) => number, from = 0, to: number = rows, width: number = columns): Float32Array {
  return Float32Array.from({ length: (to - from) * width }, (_, at) => value(from + Math.floor(at / width), at % width));
}

/** The matrix as its published form has it. */
export async function held(reader: TensorReader, from = 0, to: number = rows, name = matrix): Promise<Float32Array> {
  const { form, read } = the(reader.published?.get(name));
  const [, width = 0] = the(reader.shapes.get(name));
  return decodeForm(form, await read(from, to), { rows: to - from, columns: width });
}

/** Codes in a 32-bit word, the first lowest. */
export const word = (codes: readonly number[], bits: number): number =>
  codes.reduce((sum, code, at) => sum + code * 2 ** (at * bits), 0) | 0;

/** A table of words: [height, width / perWord] of codes along the second axis. */
export function wordsAcross(height: number, width: number, bits: number, code: (i: number, j: number) => number): number[] {
  const each = 32 / bits;
  return Array.from({ length: (height * width) / each }, (_, at) => {
    const [i, first] = [Math.floor((at * each) / width), (at * each) % width];
    return word(
      Array.from({ length: each }, (__, part) => code(i, first + part)),
      bits,
    );
  });
}

/** [height / perWord, width] of codes along the first axis. */
export function wordsDown(height: number, width: number, bits: number, code: (i: number, j: number) => number): number[] {
  const each = 32 / bits;
  return Array.from({ length: (height * width) / each }, (_, at) => {
    const [first, j] = [Math.floor(at / width) * each, at % width];
    return word(
      Array.from({ length: each }, (__, part) => code(first + part, j)),
      bits,
    );
  });
}

/** Row-major values of a table. */
export const table = (height: number, width: number, value: (i: number, j: number) => number): number[] =>
  Array.from({ length: height * width }, (_, at) => value(Math.floor(at / width), at % width));
