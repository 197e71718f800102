// Claims about the graphs of several layers in one run, in float64: they compute what the layers do one by one, whether products are kept
// for the way back or computed again; what is kept is not computed twice; and the way back holds no more than a layer or two at once.
import { describe, expect, it } from "vitest";
import { elementCount } from "../../src/base/tensor.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Graph } from "../../src/graph/ir.ts";
import { planMemory } from "../../src/graph/plan-memory.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { heldForms } from "../../src/model/held-weights.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { spanGraph, spanGraphs, type Keeping, type Span } from "../../src/model/stages/span.ts";
import { tunedLayer } from "../../src/model/tuned-stages.ts";
import type { DeviceTensor } from "../../src/runtime/engine.ts";
import { webgpuKernels } from "../../src/runtime/kernel-memory.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { lora } from "../support/configs.ts";
import { the } from "../support/the.ts";
import { tinyConfig } from "../support/tiny-model.ts";

const layers = 3;
const spec = parseModelConfig({ ...tinyConfig, num_hidden_layers: layers });
const method = applyMethod(spec, lora({ rank: 2, alpha: 4 }));
const forms = heldForms(spec, { quantization: "int4" }, true).layers;
const shape = { batch: 1, seq: 5 };
const kinds = Array.from({ length: layers }, (_, at) => {
  return { spec, layer: the(spec.layerKinds[at]), forms: the(forms[at]), tuned: tunedLayer(method, at) };
});
const all: Span = { kinds, shape };
const one = (at: number): Span => ({ kinds: [the(kinds[at])], shape });

const engine = createReferenceEngine();
type Feeds = Record<string, DeviceTensor>;

/** Something for every input of the graphs, by its name. */
function feedsOf(graphs: readonly Graph[]): Feeds {
  const random = seededRandom(9);
  const feeds: Feeds = {};
  for (const { name, value, viewOf } of graphs.flatMap(({ inputs }) => inputs)) {
    if (viewOf !== undefined || feeds[name] || name.startsWith("kept.")) continue;
    const { dtype, shape: of } = value;
    const size = elementCount(of);
    const data =
      dtype === "uint8"
        ? Uint8Array.from({ length: size }, () => Math.floor(256 * random.uniform()))
        : dtype === "int64"
          ? BigInt64Array.from({ length: size }, (_, at) => BigInt(at))
          : Float32Array.from({ length: size }, () => (name.includes("scales") ? 0.02 : 1) * (random.uniform() - 0.5));
    feeds[name] = engine.upload(dtype, of, data);
  }
  return feeds;
}

const feeds = feedsOf([spanGraph(all), spanGraphs(all, "inputs").backward]);

async function run(graph: Graph, given: Feeds): Promise<Feeds> {
  return engine.run(await engine.compile(graph), given);
}

async function numbers(tensor: DeviceTensor | undefined): Promise<readonly number[]> {
  return Array.from(await engine.read(the(tensor)), Number);
}

async function together(keeping: Keeping): Promise<Feeds> {
  const graphs = spanGraphs(all, keeping);
  const forward = await run(graphs.forward, feeds);
  return { ...forward, ...(await run(graphs.backward, { ...feeds, ...forward })) };
}

/** A run per layer, and everything computed twice. */
async function oneByOne(): Promise<Feeds> {
  const own = (at: number): Feeds =>
    Object.fromEntries(
      Object.entries(feeds).flatMap(([name, tensor]) => (name.startsWith(`${at}.`) ? [[`0.${name.slice(2)}`, tensor] as const] : [])),
    );
  const inputs = [the(feeds["x"])];
  for (const at of kinds.keys()) inputs.push(the((await run(spanGraph(one(at)), { ...own(at), x: the(inputs[at]) }))["y"]));
  let dx = the(feeds["dy"]);
  const results: Feeds = { y: the(inputs[layers]) };
  for (const at of [...kinds.keys()].toReversed()) {
    const back = await run(spanGraphs(one(at), "inputs").backward, { ...own(at), x: the(inputs[at]), dy: dx });
    results[`${at}.gradient`] = the(back["0.gradient"]);
    dx = the(back["dx"]);
  }
  return { ...results, dx };
}

describe("layers in one run", () => {
  it.each(["products", "inputs"] as const)("compute what they do one by one: %s are kept", async (keeping) => {
    const [own, expected] = [await together(keeping), await oneByOne()];
    for (const [name, tensor] of Object.entries(expected)) {
      const [a, b] = [await numbers(own[name]), await numbers(tensor)];
      expect(Math.max(...b.map(Math.abs)), name).toBeGreaterThan(1e-3);
      expect(Math.max(...b.map((value, at) => Math.abs(value - the(a[at])))), name).toBeLessThan(1e-9);
    }
  });

  it("compute no kept product again", () => {
    const products = ({ nodes }: Graph): number => nodes.filter(({ op }) => op === "matmulNBits").length;
    expect(products(spanGraphs(all, "products").forward)).toBe(7 * layers);
    expect(products(spanGraphs(all, "products").backward)).toBe(0);
    // All but the last one of every layer, on which only its output depends.
    expect(products(spanGraphs(all, "inputs").backward)).toBe(6 * layers);
    expect(spanGraphs(all, "inputs").forward.outputs.map(({ name }) => name)).toEqual(["y", "kept.0", "kept.1"]);
  });

  it.each(["products", "inputs"] as const)("hold about two layers on the way back, not all of them: %s are kept", (keeping) => {
    const peak = (span: Span): number => planMemory(spanGraphs(span, keeping).backward, webgpuKernels).peakBytes;
    const wide = { batch: 2, seq: 64 };
    const [alone, eight] = [1, 8].map((count) => peak({ kinds: Array.from({ length: count }, () => the(kinds[0])), shape: wide }));
    expect(the(eight)).toBeLessThan(4 * the(alone));
  });
});
