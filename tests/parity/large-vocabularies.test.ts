// The head against float64 for vocabularies of up to 262,144: the loss of a token to 1e-5, and the gradient that comes out of it,
// for logits as models have them and for flat ones, where every exponential counts the same and rounding errors all add up.
import { expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import type { ModelSpec } from "../../src/model/spec.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { backward } from "../../src/graph/grad/backward.ts";
import { headGradientGraph, headLossGraph } from "../../src/model/stages/head.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { largestDifference, relativeError } from "../support/goldens.ts";
import { the } from "../support/the.ts";

const width = 8;
const rows = 8;
/** Of published models and of none, odd ones, a prime. */
const vocabularies = [509, 14_019, 49_152, 50_257, 150_000, 151_669, 151_936, 200_064, 260_000, 262_144, 262_145];
/** Deviation of the logits. */
const spreads = { "as in models": 3, flat: 1e-3 };
/** Flat logits are the harder the longer the vocabulary: the largest, and a small one to tell the two apart. */
const flatToo: ReadonlySet<number> = new Set([509, 262_145]);

function headSpec(vocabularySize: number): ModelSpec {
  const spec: Partial<ModelSpec> = { hiddenSize: width, vocabularySize, norm: "rms", normEps: 1e-6, headBias: false, logitCap: null };
  return spec as ModelSpec;
}

/** Log-probabilities, and d(Σ weight · −log p) / d hidden, in float64. */
function exact(hidden: Float32Array, weight: Float32Array, labels: Int32Array, weights: Float32Array) {
  const vocabulary = weight.length / width;
  const logProbs = new Float64Array(rows);
  const gradient = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const x = hidden.subarray(row * width, (row + 1) * width);
    const r = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / width + 1e-6);
    const dot = (id: number): number => x.reduce((sum, value, at) => sum + value * r * the(weight[id * width + at]), 0);
    const logits = Float64Array.from({ length: vocabulary }, (_, id) => dot(id));
    const top = logits.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
    logProbs[row] = the(logits[the(labels[row])]) - top - Math.log(total);
    // d / d normed, then through the norm: r · (h − n · mean(h · n)).
    const h = new Float64Array(width);
    for (const [id, logit] of logits.entries()) {
      const d = the(weights[row]) * (Math.exp(logit - top) / total - Number(id === the(labels[row])));
      for (let at = 0; at < width; at++) h[at] = the(h[at]) + d * the(weight[id * width + at]);
    }
    const mean = h.reduce((sum, value, at) => sum + value * the(x[at]) * r, 0) / width;
    for (let at = 0; at < width; at++) gradient[row * width + at] = r * (the(h[at]) - the(x[at]) * r * mean);
  }
  return { logProbs, gradient };
}

/** Smoothed log-probabilities, and their gradients, in float64. */
function exactSmoothed(logits: Float32Array, labels: Int32Array, smoothing: number) {
  const vocabulary = logits.length / rows;
  const gradient = new Float64Array(logits.length);
  const smoothed = Float64Array.from(labels, (label, row) => {
    const x = Float64Array.from(logits.subarray(row * vocabulary, (row + 1) * vocabulary));
    const top = x.reduce((a, b) => Math.max(a, b), -Infinity);
    const logTotal = top + Math.log(x.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
    for (const [id, logit] of x.entries()) {
      gradient[row * vocabulary + id] = (id === label ? 1 - smoothing : 0) + smoothing / vocabulary - Math.exp(logit - logTotal);
    }
    return (1 - smoothing) * (the(x[label]) - logTotal) + smoothing * (x.reduce((a, b) => a + b, 0) / vocabulary - logTotal);
  });
  return { smoothed, gradient };
}

describeEngines("large vocabularies", ["wasm", "webgpu"], (name) => {
  for (const vocabulary of vocabularies) {
    const kinds = Object.entries(spreads).filter(([kind]) => kind !== "flat" || flatToo.has(vocabulary));
    it.each(kinds)(`${vocabulary}, logits %s`, async (_kind, spread) => {
      const engine = await engineOf(name);
      const random = seededRandom(vocabulary);
      const normals = (length: number, scale: number) => Float32Array.from({ length }, () => scale * random.normal());
      const hidden = normals(rows * width, 1);
      const weight = normals(vocabulary * width, spread / Math.sqrt(width));
      const labels = Int32Array.from({ length: rows }, () => Math.floor(random.uniform() * vocabulary));
      const weights = Float32Array.from({ length: rows }, (_, row) => 0.1 + 0.05 * row);
      const expected = exact(hidden, weight, labels, weights);
      const feeds = {
        hidden: engine.upload("float32", [rows, width], hidden),
        rows: engine.upload(
          "int32",
          [rows],
          Int32Array.from({ length: rows }, (_, row) => row),
        ),
        labels: engine.upload("int32", [rows], labels),
        finalNorm: engine.upload("float32", [width], new Float32Array(width).fill(1)),
        "head.weight": engine.upload("float32", [vocabulary, width], weight),
        weights: engine.upload("float32", [rows], weights),
        dHiddenIn: engine.upload("float32", [rows, width], new Float32Array(rows * width)),
      };
      const kind = { spec: headSpec(vocabulary), headForm: { kind: "float", dtype: "float32" }, tuned: null } as const;
      for (const graph of [headLossGraph(kind, rows, rows), headGradientGraph(kind, rows, rows, 0)]) {
        const program = await engine.compile(graph);
        const inputs = Object.fromEntries(graph.inputs.map((input) => [input.name, the(feeds[input.name as keyof typeof feeds])]));
        const results = await engine.run(program, inputs);
        const logProbs = await readFloats(engine, the(results["logProbs"]));
        for (const [row, logProb] of logProbs.entries()) {
          expect(Math.abs(logProb - the(expected.logProbs[row])), `${graph.name}, row ${row}`).toBeLessThan(1e-5);
        }
        if (results["dHidden"]) {
          // As for every gradient: its product with the head adds up a vocabulary in float32.
          expect(relativeError(await readFloats(engine, results["dHidden"]), expected.gradient)).toBeLessThan(1e-4);
        }
        disposeAll(results);
        program.dispose();
      }
      disposeAll(feeds);
    });
  }

  it.each([509, 50_257, 262_145])("%i, smoothed labels", async (vocabulary) => {
    const engine = await engineOf(name);
    const random = seededRandom(vocabulary);
    const logits = Float32Array.from({ length: rows * vocabulary }, () => 3 * random.normal());
    const labels = Int32Array.from({ length: rows }, () => random.below(vocabulary));
    const expected = exactSmoothed(logits, labels, 0.1);
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [rows, vocabulary]);
    const y = g.tokenLogProb(x, g.input("labels", "int32", [rows]), 0.1);
    const [dx] = backward(g, [{ value: y, gradient: g.float(1, [rows]) }], [x]);
    const program = await engine.compile(g.finish("smoothed", { y, dx: the(dx) }));
    const feeds = { x: engine.upload("float32", [rows, vocabulary], logits), labels: engine.upload("int32", [rows], labels) };
    const results = await engine.run(program, feeds);
    expect(largestDifference(await readFloats(engine, the(results["y"])), expected.smoothed)).toBeLessThan(1e-5);
    expect(relativeError(await readFloats(engine, the(results["dx"])), expected.gradient)).toBeLessThan(1e-6);
    disposeAll({ ...feeds, ...results });
    program.dispose();
  });
});
