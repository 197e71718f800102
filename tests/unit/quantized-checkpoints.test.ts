// Claim: checkpoints of the real quantization libraries give the numbers that those libraries make of them, and each matrix in its
// published form stands for the same numbers. They lie beside the checkout; without them the matrices that are made by hand remain
// (published-bitsandbytes, -bytes, -gptq and -grouped.test.ts).
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { openWeights } from "../../src/interchange/weight-files.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { checkTensors } from "../../src/model/check-tensors.ts";
import type { MatrixForm } from "../../src/model/quantization/forms.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { decodeForm } from "../support/decode-form.ts";
import { the } from "../support/the.ts";

const shared = fileURLToPath(new URL("../../../shared/models/quantized/", import.meta.url));
const folders = existsSync(shared)
  ? readdirSync(shared, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  : [];

interface Expected {
  readonly matrices: Readonly<Record<string, { readonly sha256: string }>>;
}

const jsonOf = (path: string): unknown => JSON.parse(readFileSync(`${shared}${path}`, "utf8"));
const source = (path: string) => blobSource(path, new Blob([readFileSync(`${shared}${path}`)]));

async function open(folder: string) {
  const config = jsonOf(`${folder}/config.json`) as Record<string, unknown>;
  const spec = parseModelConfig(config, folder);
  const here = (file: string) => existsSync(`${shared}${folder}/${file}`);
  const facts = { name: folder, config, spec, beside: async (file: string) => (here(file) ? jsonOf(`${folder}/${file}`) : undefined) };
  const reader = await openWeights(facts, async (file) => (here(file) ? source(`${folder}/${file}`) : null));
  return { spec, reader, expected: jsonOf(`${folder}/expected.json`) as Expected };
}

const shaOf = (data: Float32Array): string =>
  createHash("sha256")
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest("hex")
    .slice(0, 16);

/** −0 and 0 are the same number: a form has no sign for a code at the zero point. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] as number)) / Math.max(Math.abs(value), 1e-30)), 0);
}

async function decode(reader: TensorReader, name: string, from: number, to: number): Promise<Float32Array> {
  const published = the(reader.published?.get(name));
  const [, columns = 0] = the(reader.shapes.get(name));
  return decodeForm(published.form, { rows: to - from, columns }, await published.read(from, to));
}

/** Where two roundings of the library become one of the form. */
const tolerances: Readonly<Record<string, number>> = { "bnb-int8": 2 ** -22 };

describe.skipIf(folders.length === 0).each(folders)("%s", (folder) => {
  it("has the tensors that the architecture asks for, and no others", async () => {
    const { spec, reader, expected } = await open(folder);
    checkTensors(spec, reader.shapes);
    expect([...(reader.published?.keys() ?? [])].toSorted()).toEqual(Object.keys(expected.matrices).toSorted());
  });

  it("gives the library's numbers", async () => {
    const { reader, expected } = await open(folder);
    for (const [name, { sha256 }] of Object.entries(expected.matrices))
      expect([name, shaOf(await reader.read(name))]).toEqual([name, sha256]);
  });

  it("gives them in ranges of rows", async () => {
    const { reader } = await open(folder);
    const file = await openSafetensors(source(`${folder}/expected_weight.safetensors`));
    for (const name of file.tensors.keys()) {
      const [, plain = name, from, to] = /^(.*?)\.rows_(\d+)_(\d+)$/.exec(name) ?? [];
      const data = from === undefined ? await reader.read(plain) : await reader.read(plain, Number(from), Number(to));
      expect(difference(await readTensor(file, name), data), name).toBe(0);
    }
  });

  it("holds the same in the published form, whole and in ranges", async () => {
    const { reader, expected } = await open(folder);
    for (const name of Object.keys(expected.matrices)) {
      const [rows = 0] = the(reader.shapes.get(name));
      for (const [from, to] of [
        [0, rows],
        [64, 128],
        [rows - 64, rows],
      ] as const) {
        const distance = difference(await reader.read(name, from, to), await decode(reader, name, from, to));
        expect(distance, `${name} ${String(from)}`).toBeLessThanOrEqual(tolerances[folder] ?? 0);
      }
    }
  });
});

const blocks = (bits: number, block: number, scale: "float16" | "float32", more: object = {}) => ({
  kind: "blocks",
  bits,
  block,
  scale: { dtype: scale, levels: 1 },
  ...more,
});
const float32 = { minimum: { dtype: "float32", levels: 1 } };

const forms: Readonly<Record<string, object>> = {
  "awq-int4": blocks(4, 128, "float16", float32),
  "awq-int4-gptqmodel": blocks(4, 128, "float32", float32),
  "bnb-fp4": { kind: "levels4", table: "fp4" },
  "bnb-int8": blocks(8, 128, "float32"),
  "bnb-nf4": { kind: "levels4", table: "nf4" },
  "bnb-nf4-double": { kind: "levels4", table: "nf4", isDouble: true },
  "ct-fp8-channel": { kind: "float8" },
  "ct-fp8-tensor": { kind: "float8" },
  "ct-int4-asym": blocks(4, 128, "float32", float32),
  "ct-int4-sym": blocks(4, 128, "float32"),
  "ct-int8-channel": blocks(8, 128, "float32"),
  "fp8-block": { kind: "float8", block: 128 },
  "gptq-int4-actorder": blocks(4, 128, "float16", { isReordered: true }),
  "gptq-int4-asym": blocks(4, 128, "float16", float32),
  "gptq-int4-sym": blocks(4, 128, "float16"),
  "gptq-int4-v2": blocks(4, 128, "float16", float32),
  "gptq-int8": blocks(8, 128, "float16"),
  "hqq-int4": blocks(4, 64, "float16", float32),
  "hqq-int8": blocks(8, 64, "float16", float32),
  "mlx-4bit": blocks(4, 64, "float32", float32),
  "mlx-8bit": blocks(8, 64, "float16", { minimum: { dtype: "float16", levels: 1 } }),
  "quanto-int4": blocks(4, 128, "float32", float32),
  "quanto-int8": blocks(8, 128, "float32"),
  "torchao-int4": blocks(4, 64, "float32"),
  "torchao-int4-plain": blocks(4, 128, "float32", { ...float32, center: 0 }),
  "torchao-int8": blocks(8, 128, "float32"),
};

it.skipIf(folders.length === 0)("are held in the forms that cost as much as in the files, or a little more", async () => {
  const found: Record<string, MatrixForm | undefined> = {};
  for (const folder of folders) found[folder] = [...((await open(folder)).reader.published?.values() ?? [])][0]?.form;
  expect(found).toEqual(forms);
});
