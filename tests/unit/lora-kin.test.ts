// Claims, for every family in odd shapes, held in four bits, in float64: DoRA and PiSSA begin as the base, and their gradients are the
// slopes of the loss. DoRA's rows are measured here from the whole matrices, and its factor is held where the gradient is taken, as its
// length c is a constant to it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { layerGroup, type NamedVectors, type ParameterEntry } from "../../src/model/parameters.ts";
import type { ModelSpec } from "../../src/model/spec.ts";
import type { LoadedModel } from "../../src/model/weights.ts";
import { Network } from "../../src/train/network.ts";
import type { Training } from "../../src/train/training.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { goldenConfig } from "../support/method-config.ts";
import { directionOf, dot, evaluatedAt, lossAt, moved, movedStart, oddModel, slope } from "../support/odd-training.ts";
import { oddModels } from "../support/odd-models.ts";
import { soaked } from "../support/soak.ts";
import { the } from "../support/the.ts";

const size = { rank: 3, alpha: 7 };

function trainingOf(model: LoadedModel, method: Readonly<Record<string, unknown>>): Training {
  return makeTraining(model.spec, goldenConfig({ method: { ...size, ...method } }));
}

describe.each(soaked(Object.entries(oddModels)))("%s", { timeout: 60_000 }, (_name, config) => {
  let model: LoadedModel;
  /** Of every linear layer. */
  const weights = new Map<string, Float32Array>();
  beforeAll(async () => {
    model = await oddModel(config);
    const numbers = baseNumbers(model);
    for (let layer = 0; layer < model.spec.layers; layer++)
      for (const { name } of model.spec.linears) weights.set(`${layer}.${name}`, await numbers.weight(layer, name));
  });
  afterAll(() => model.dispose());

  it.each(["dora", "pissa"])("%s begins as the base", async (kind) => {
    const { method } = trainingOf(model, { kind });
    const start = await method.start(baseNumbers(model), seededRandom(1));
    const [own, base] = [new Network(model, method), new Network(model, null)];
    expect(Math.abs((await evaluatedAt(own, start)) - (await evaluatedAt(base, start)))).toBeLessThan(2e-6);
  });

  it("pissa: the gradient is the slope of the loss", async () => {
    const training = trainingOf(model, { kind: "pissa" });
    const start = await movedStart(model, training, 0.1);
    const { gradient } = await lossAt(model, training, start);
    const direction = directionOf(start.parameters, 90);
    const network = new Network(model, training.method);
    const found = await slope((by) => evaluatedAt(network, { ...start, parameters: moved(start.parameters, direction, by) }));
    expect(Math.abs(found - dot(gradient, direction))).toBeLessThan(5e-4 * Math.max(1, Math.abs(found)));
  });

  it("dora: the gradient is the slope of the loss with the factor held", async () => {
    const training = trainingOf(model, { kind: "dora" });
    const start = await movedStart(model, training, 0.1);
    const { gradient } = await lossAt(model, training, start);
    const direction = directionOf(start.parameters, 90);
    const lengths = rowLengths(model.spec, weights, training, start.parameters);
    const network = new Network(model, training.method);
    // m / c along the way is what m alone makes of it: where c grows, m is given as much more.
    const found = await slope(async (by) => {
      const parameters = moved(start.parameters, direction, by);
      const there = rowLengths(model.spec, weights, training, parameters);
      const held = sizesTimes(training, parameters, (key, row) => the(there.get(key)?.[row]) / the(lengths.get(key)?.[row]));
      return evaluatedAt(network, { ...start, parameters: held });
    });
    expect(Math.abs(found - dot(gradient, direction))).toBeLessThan(5e-4 * Math.max(1, Math.abs(found)));
  });
});

const entriesOf = ({ method }: Training, layer: number): readonly ParameterEntry[] =>
  method.layout.find(({ name }) => name === layerGroup(layer))?.entries ?? [];

/** ‖W + s B A‖ of every row of every linear layer, from the whole matrix. */
function rowLengths(
  spec: ModelSpec,
  weights: ReadonlyMap<string, Float32Array>,
  training: Training,
  parameters: NamedVectors,
): Map<string, number[]> {
  const out = new Map<string, number[]>();
  for (let layer = 0; layer < spec.layers; layer++) {
    const flat = the(parameters[layerGroup(layer)]);
    const valuesOf = (name: string): Float32Array => {
      const { offset, size: length } = the(entriesOf(training, layer).find((entry) => entry.name === name));
      return flat.subarray(offset, offset + length);
    };
    for (const { name, inFeatures, outFeatures } of spec.linears) {
      const weight = the(weights.get(`${layer}.${name}`));
      const [a, b] = [valuesOf(`${name}.lora_A`), valuesOf(`${name}.lora_B`)];
      const rows = Array.from({ length: outFeatures }, (_, row) =>
        Math.hypot(
          ...Array.from({ length: inFeatures }, (_unused, column) => {
            let change = 0;
            for (let at = 0; at < size.rank; at++) change += the(b[row * size.rank + at]) * the(a[at * inFeatures + column]);
            return the(weight[row * inFeatures + column]) + (size.alpha / size.rank) * change;
          }),
        ),
      );
      out.set(`${layer}.${name}`, rows);
    }
  }
  return out;
}

function sizesTimes(training: Training, parameters: NamedVectors, factor: (key: string, row: number) => number): NamedVectors {
  const out = Object.fromEntries(Object.entries(parameters).map(([name, flat]) => [name, flat.slice()]));
  for (const { name: group, entries } of training.method.layout) {
    for (const { name, offset, size: length } of entries) {
      if (!name.endsWith("magnitude_vector")) continue;
      const key = `${group.replace("layer.", "")}.${name.replace(".lora_magnitude_vector", "")}`;
      const flat = the(out[group]);
      for (let row = 0; row < length; row++) flat[offset + row] = the(flat[offset + row]) * factor(key, row);
    }
  }
  return out;
}
