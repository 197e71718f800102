// What is read back from an engine, against the tests' own decoder of what was prepared for it.
import { blobSource } from "../../src/base/byte-source.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { heldTensors, type HeldMatrix, type QuantizationConfig } from "../../src/model/held-weights.ts";
import { prepareWeights, type PreparedModel, type PreparedTensor } from "../../src/model/prepare-weights.ts";
import { schemeOf } from "../../src/model/quantization/form-schemes.ts";
import { normVectors } from "../../src/model/spec.ts";
import { placeModel, type LoadedModel } from "../../src/model/weights.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { decodeForm } from "./decode-form.ts";
import { the } from "./the.ts";
import { tinyWeights } from "./tiny-model.ts";

export interface PlacedModel {
  readonly model: LoadedModel;
  /** The numbers of a tensor by its name in the checkpoint, a matrix as [outFeatures, inFeatures]. */
  readonly expected: (tensor: string) => Float32Array;
}

/** A tiny model on an engine. @param quantizationConfig not as published */
export async function placeTiny(
  engine: Engine,
  config: Readonly<Record<string, unknown>>,
  quantizationConfig: QuantizationConfig,
): Promise<PlacedModel> {
  const spec = parseModelConfig(config);
  const file = await openSafetensors(blobSource("tiny", new Blob([tinyWeights(config)])));
  const shapes = new Map([...file.tensors].map(([name, { shape }]) => [name, shape]));
  const prepared = prepareWeights(spec, { shapes, read: (...range) => readTensor(file, ...range) }, quantizationConfig);
  const seen = new Map<string, PreparedTensor["data"]>();
  const model = await placeModel(engine, spec, quantizationConfig, { ...prepared, tensors: watched(prepared, seen) });
  const numbersOf = ({ group, name, shape, form }: HeldMatrix): Float32Array => {
    const parts = Object.keys(schemeOf(form).parts(shape)).map((part) => [part, the(seen.get(`${group} ${name}.${part}`))]);
    return decodeForm(form, shape, Object.fromEntries(parts) as Parameters<typeof decodeForm>[2]);
  };
  const held = new Map([...heldTensors(spec, quantizationConfig)].map((tensor) => [tensor.tensor, tensor]));
  const expected = (tensor: string): Float32Array => {
    const found = the(held.get(tensor));
    return found.kind === "matrix" ? numbersOf(found) : (the(seen.get(`${found.group} ${found.name}`)) as Float32Array);
  };
  return { model, expected };
}

/** Copies, because an engine may take over what is uploaded. */
async function* watched({ tensors }: PreparedModel, seen: Map<string, PreparedTensor["data"]>): PreparedModel["tensors"] {
  for await (const tensor of tensors) {
    seen.set(`${tensor.group} ${tensor.name}`, tensor.data.slice());
    yield tensor;
  }
}

/** All that can be asked for, as pairs of what came and what was held, by name. */
export async function readBack({ model, expected }: PlacedModel): Promise<Map<string, readonly [Float32Array, Float32Array]>> {
  const [numbers, { spec }] = [baseNumbers(model), model];
  const pairs = new Map<string, readonly [Float32Array, Float32Array]>();
  const put = (tensor: string, found: Float32Array): unknown => pairs.set(tensor, [found, expected(tensor)]);
  for (let layer = 0; layer < spec.layers; layer++) {
    const prefix = spec.names.layer(layer);
    for (const { name, path, bias } of spec.linears) {
      put(`${prefix}${path}.weight`, await numbers.weight(layer, name));
      if (bias) put(`${prefix}${path}.bias`, await numbers.vector(layer, `${name}.bias`));
    }
    for (const { name, path } of spec.vectors) put(prefix + path, await numbers.vector(layer, name));
  }
  put(spec.names.embedding, await numbers.embedding());
  if (spec.learnedPositions) put(spec.names.positions, numbers.positions());
  for (const { name, path } of normVectors(spec.norm, "finalNorm", spec.names.finalNorm, spec.hiddenSize))
    put(path, await numbers.head(name));
  if (spec.headBias) put(`${spec.names.head}.bias`, await numbers.head("head.bias"));
  const head = await numbers.head("head.weight");
  if (spec.tiedHead) pairs.set("tied head", [head, expected(spec.names.embedding)]);
  else put(`${spec.names.head}.weight`, head);
  return pairs;
}
