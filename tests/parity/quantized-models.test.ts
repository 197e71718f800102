// Whole models in every quantization: loss and LoRA gradients are those of an unquantized model whose weights were replaced
// by the dequantized ones. Blocks alone, and with the embedding table and the head.
import { expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { elementCount } from "../../src/base/tensor.ts";
import { ownQuantizations } from "../../src/config/quantizations.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { heldTensors, type QuantizationConfig } from "../../src/model/held-weights.ts";
import { schemeOf } from "../../src/model/quantization/form-schemes.ts";
import type { MatrixForm } from "../../src/model/quantization/forms.ts";
import type { EncodedMatrix, MatrixShape } from "../../src/model/quantization/scheme.ts";
import type { PublishedMatrix, TensorReader } from "../../src/model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import type { Engine, TensorData } from "../../src/runtime/engine.ts";
import { collate } from "../../src/tokens/batches.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { relativeError } from "../support/goldens.ts";
import { publishedForms, publishedNames } from "../support/published-forms.ts";
import { decode, decodeForm, encode, randomEncoded } from "../support/quantize.ts";
import { sentences } from "../support/session.ts";
import { the } from "../support/the.ts";
import { tinyConfig, tinyWeights } from "../support/tiny-model.ts";
import { gradientOf, randomLora } from "../support/training.ts";
import { english } from "../support/words.ts";

const untiedConfig = { ...tinyConfig, tie_word_embeddings: false };
const batch = collate(sentences.train.slice(0, 2), 64);

async function readerOf(config: Readonly<Record<string, unknown>>): Promise<TensorReader> {
  const file = await openSafetensors(blobSource("tiny", new Blob([tinyWeights(config)])));
  return { shapes: new Map([...file.tensors].map(([name, { shape }]) => [name, shape])), read: (...range) => readTensor(file, ...range) };
}

/** Gives the checkpoint's tensors as they are after they were quantized. */
async function dequantized(config: Readonly<Record<string, unknown>>, quantizationConfig: QuantizationConfig): Promise<TensorReader> {
  const reader = await readerOf(config);
  const held = new Map([...heldTensors(parseModelConfig(config), quantizationConfig)].map((tensor) => [tensor.tensor, tensor]));
  const read = async (name: string): Promise<Float32Array> => {
    const [data, tensor] = [await reader.read(name), held.get(name)];
    if (tensor?.kind !== "matrix" || !tensor.quantization) return data;
    return decode(tensor.quantization, encode(tensor.quantization, data, tensor.shape), tensor.shape);
  };
  return { ...reader, read };
}

/** Loss and LoRA gradients of a model that is not needed any more. */
async function lastGradient(model: LoadedModel) {
  const result = await gradientOf(model, randomLora(model.spec, { rank: 4, alpha: 8 }), [batch]);
  model.dispose();
  return result;
}

type Gradient = Awaited<ReturnType<typeof lastGradient>>;

function expectAlike(own: Gradient, oracle: Gradient): void {
  expect(Math.abs(own.loss / oracle.loss - 1)).toBeLessThan(1e-5);
  expect(Object.keys(own.vectors)).toEqual(Object.keys(oracle.vectors));
  for (const [group, vector] of Object.entries(own.vectors))
    expect(relativeError(vector, the(oracle.vectors[group])), group).toBeLessThan(1e-4);
}

async function expectDequantized(
  engine: Engine,
  config: Readonly<Record<string, unknown>>,
  quantizationConfig: QuantizationConfig,
): Promise<void> {
  const spec = parseModelConfig(config);
  const own = await lastGradient(await loadModel(engine, spec, await readerOf(config), quantizationConfig));
  const oracle = await lastGradient(await loadModel(engine, spec, await dequantized(config, quantizationConfig), { quantization: "none" }));
  expectAlike(own, oracle);
}

/** Wide enough for spans of 256; three layers of seven matrices hold all forms, the table and the head two of them. */
const wideConfig = { ...untiedConfig, hidden_size: 256, intermediate_size: 512, num_hidden_layers: 3 };

/** A checkpoint whose every matrix is published in another form, with codes drawn at random. */
function publishedReader(plain: TensorReader): TensorReader {
  const published = new Map<string, PublishedMatrix>();
  const matrices = [...heldTensors(parseModelConfig(wideConfig), { quantization: "none" })].filter(({ kind }) => kind === "matrix");
  for (const [at, { tensor }] of matrices.entries()) {
    const name = the(publishedNames[at % publishedNames.length]);
    const [rows = 0, columns = 0] = the(plain.shapes.get(tensor));
    const form = publishedForms[name];
    const encoded = asWeights(form, randomEncoded(form, { rows, columns }, at), { rows, columns });
    published.set(tensor, { form, name, read: (from, to) => Promise.resolve(rowsOf(form, encoded, { rows, columns }, from, to)) });
  }
  return { ...plain, published };
}

/** Random scales make weights of any size; those of a model are small, and what is computed with large ones is ill-conditioned. */
function asWeights(form: MatrixForm, encoded: EncodedMatrix, shape: MatrixShape): EncodedMatrix {
  const values = decodeForm(form, encoded, shape);
  const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  // Every float of a form is a factor of what it stands for; the smallest float16 that is drawn has the exponent 8.
  const power = Math.max(-7, Math.round(Math.log2(0.05 / size)));
  const scaled = (data: TensorData): TensorData => {
    if (data instanceof Float32Array) return data.map((value) => value * 2 ** power);
    return data instanceof Uint16Array ? data.map((bits) => bits + power * 1024) : data;
  };
  return Object.fromEntries(Object.entries(encoded).map(([part, data]) => [part, scaled(data)]));
}

function rowsOf(form: MatrixForm, encoded: EncodedMatrix, { rows, columns }: MatrixShape, from: number, to: number): EncodedMatrix {
  const [of, part] = [schemeOf(form).parts({ rows, columns }), schemeOf(form).parts({ rows: to - from, columns })];
  return Object.fromEntries(
    Object.entries(encoded).map(([name, data]) => {
      if (name === "order" || name === "inverse") return [name, data];
      const each = elementCount(the(of[name]).shape) / rows;
      return [name, data.slice(from * each, from * each + elementCount(the(part[name]).shape))];
    }),
  );
}

describeEngines("a quantized model is the model of its dequantized weights", ["wasm", "webgpu"], (name) => {
  it.for(ownQuantizations.flatMap((quantization) => [false, true].map((quantizeHead) => [quantization, quantizeHead] as const)))(
    "%s, head %s",
    async ([quantization, quantizeHead], { skip }) => {
      const engine = await engineOf(name);
      if (quantization === "f16" && !engine.hasFloat16) {
        console.warn(`SKIPPED f16 on ${english.text(engine.description)}: it has no float16`);
        skip();
      }
      await expectDequantized(engine, tinyConfig, { quantization, quantizeHead });
      if (quantizeHead) await expectDequantized(engine, untiedConfig, { quantization, quantizeHead });
    },
  );

  it("every published form, each matrix in its own", async () => {
    const [engine, spec] = [await engineOf(name), parseModelConfig(wideConfig)];
    const reader = publishedReader(await readerOf(wideConfig));
    const published = Object.fromEntries(reader.published ?? []);
    const read: TensorReader["read"] = async (tensor) => {
      const matrix = reader.published?.get(tensor);
      const [rows = 0, columns = 0] = the(reader.shapes.get(tensor));
      return matrix ? decodeForm(matrix.form, await matrix.read(0, rows), { rows, columns }) : reader.read(tensor);
    };
    const held = await loadModel(engine, spec, reader, { quantization: "as-published", published });
    const plain = await loadModel(engine, spec, { shapes: reader.shapes, read }, { quantization: "none" });
    expect(held.fingerprint).toBe(plain.fingerprint);
    const [own, oracle] = [await lastGradient(held), await lastGradient(plain)];
    expectAlike(own, oracle);
  });

  it("f16 is refused before anything is read where the GPU has none", async ({ skip }) => {
    const engine = await engineOf(name);
    if (engine.hasFloat16) skip();
    const reader = await readerOf(tinyConfig);
    const read = (): Promise<never> => Promise.reject(new Error("read"));
    const loading = loadModel(engine, parseModelConfig(tinyConfig), { ...reader, read }, { quantization: "f16" });
    await expect(loading).rejects.toMatchObject({ code: "engine/no-float16" });
  });
});
