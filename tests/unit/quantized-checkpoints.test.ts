// Claim: checkpoints of the real quantization libraries give the numbers that those libraries make of them, and each matrix in its
// published form stands for the same numbers. Without ../shared only the rest of the tests (published-by-hand.test.ts) run.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { openWeights } from "../../src/interchange/checkpoint-files.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { checkTensors } from "../../src/model/check-tensors.ts";
import type { MatrixForm } from "../../src/model/quantization/forms.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { decodeForm } from "../support/decode-forms.ts";
import { the } from "../support/the.ts";

const shared = fileURLToPath(new URL("../../../shared/models/quantized/", import.meta.url));
const folders = existsSync(shared)
  ? readdirSync(shared, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  : [];

interface Expected {
  readonly matrices: Readonly<Record<string, { readonly sha256: string }>>;
}

const jsonOf = <T>(path: string): T => JSON.parse(readFileSync(`${shared}${path}`, "utf8")) as T;
const source = (path: string) => blobSource(path, new Blob([readFileSync(`${shared}${path}`)]));

async function open(folder: string) {
  const config = jsonOf<Record<string, unknown>>(`${folder}/config.json`);
  const spec = parseModelConfig(config, folder);
  const here = (file: string) => existsSync(`${shared}${folder}/${file}`);
  const facts = { name: folder, config, spec, beside: async (file: string) => (here(file) ? jsonOf(`${folder}/${file}`) : undefined) };
  const reader = await openWeights(facts, async (file) => (here(file) ? source(`${folder}/${file}`) : null));
  return { spec, reader, expected: jsonOf<Expected>(`${folder}/expected.json`) };
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
  return decodeForm(published.form, await published.read(from, to), { rows: to - from, columns });
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

it.skipIf(folders.length === 0)("x", async () => {
  const out: Record<string, MatrixForm | undefined> = {};
  for (const folder of folders) {
    const { reader } = await open(folder);
    const p = [...the(reader.published).values()][0];
    out[`${folder}: ${the(p).name}`] = p?.form;
  }
  console.log(
    Object.entries(out)
      .map(([a, b]) => a + " " + JSON.stringify(b))
      .join("\n"),
  );
});
