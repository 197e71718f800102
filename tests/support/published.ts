// One quantized matrix, made by hand in the layout of a publisher, as a checkpoint that is opened: for tests that must not depend on
// files of real libraries.
import { expect } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { openWeights } from "../../src/interchange/weight-files.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { decodeForm } from "./decode-form.ts";
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
  const published = the(reader.published?.get(name));
  const [, width = 0] = the(reader.shapes.get(name));
  return decodeForm(published.form, { rows: to - from, columns: width }, await published.read(from, to));
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

/** −0 and 0 are the same number: a form has no sign for a code at the zero point. */
export const same = (a: Float32Array): number[] => Array.from(a, (value) => value + 0);

/** Codes of 4 bits without a pattern. */
export const code = (n: number, k: number): number => (n * 7 + k * 3 + (k >> 3)) % 16;

/** Read as numbers and held in the form, whole and in part, the matrix is what is expected, and nothing else is there. */
export async function expectNumbers(published: Published, expected: Float32Array): Promise<void> {
  const reader = await openPublished(published);
  expect([...reader.shapes]).toEqual([[matrix, [rows, columns]]]);
  expect(same(await reader.read(matrix))).toEqual(same(expected));
  expect(same(await reader.read(matrix, 5, 7))).toEqual(same(expected.slice(5 * columns, 7 * columns)));
  expect(same(await held(reader))).toEqual(same(expected));
  expect(same(await held(reader, 8, 32))).toEqual(same(expected.slice(8 * columns)));
}

export const formOf = async (published: Published) => (await openPublished(published)).published?.get(matrix)?.form;

/** Of the tests with groups: scales, some of them negative, and zero points of 4 bits. */
export const group = 32;
export const groups = columns / group;
export const groupOf = (k: number): number => Math.floor(k / group);
export const zero = (n: number, g: number): number => (n * 5 + g * 3) % 16;
/** Has few bits, so that float16 and bfloat16 hold it. */
export const groupScale = (n: number, g: number): number => ((n % 3) - 1.25) * 2 ** -(3 + g);
export const zeroed = numbers((n, k) => groupScale(n, groupOf(k)) * (code(n, k) - zero(n, groupOf(k))));
