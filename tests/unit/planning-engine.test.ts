// Claim: a planning engine counts what the real one would allocate, without data. Sums are by hand from the rules of each provider: on
// WASM a run copies inputs into a heap that never shrinks, on WebGPU buffers come from a cache in sizes of its own.
import { describe, expect, it } from "vitest";
import { elementCount } from "../../src/base/tensor.ts";
import { seededRandom } from "../../src/base/random.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import type { Graph } from "../../src/graph/ir.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { QuantizationConfig } from "../../src/model/held-weights.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import { requiredTensors } from "../../src/model/spec.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { fullBatch } from "../../src/session/runs/step-time.ts";
import { failureOf } from "../support/errors.ts";
import { oddModels } from "../support/odd-models.ts";
import { soaked } from "../support/soak.ts";
import { randomLora, trainerOf } from "../support/training.ts";

/** 100 float32 numbers; in the runtime's cache of GPU buffers 512 bytes. */
const vector = 400;
const pooled = 512;
const heapBefore = 11.5 * 2 ** 20;
const gpuBefore = 64 * 2 ** 10;

function rootThenExp(): Graph {
  const g = new GraphBuilder();
  return g.finish("rootThenExp", { y: g.exp(g.sqrt(g.input("x", "float32", [100]))) });
}

const noData = (): never => {
  throw new Error("nobody asks for data");
};

it("counts the multiplications of products, run by run", async () => {
  const engine = createPlanningEngine("wasm", true);
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [3, 4]);
  const codes = g.input("codes", "uint8", [5, 1, 16]);
  const quantized = g.matmulNBits(g.input("wide", "float32", [2, 32]), codes, g.input("scales", "float32", [5]), {
    n: 5,
    k: 32,
    block: 32,
    bits: 4,
  });
  const graph = g.finish("products", {
    // [4, 3] times [3, 4], then [4, 4] times [4, 4]; what is not a product counts nothing.
    y: g.matmul(g.exp(g.gemm(x, x, { transA: true })), g.input("square", "float32", [4, 4])),
    quantized,
  });
  const program = await engine.compile(graph);
  const feeds = Object.fromEntries(graph.inputs.map(({ name, value }) => [name, engine.upload(value.dtype, value.shape, noData)]));
  expect(engine.multiplyAdds()).toBe(0);
  await engine.run(program, feeds);
  await engine.run(program, feeds);
  expect(engine.multiplyAdds()).toBe(2 * (4 * 3 * 4 + 4 * 4 * 4 + 2 * 32 * 5));
});

describe("on WASM", () => {
  it("a run takes its inputs, intermediates and outputs in the heap, and outputs are tensors beside it", async () => {
    const engine = createPlanningEngine("wasm", true);
    const program = await engine.compile(rootThenExp());
    const x = engine.upload("float32", [100], noData);
    expect(engine.memory()).toMatchObject({ liveBytes: vector, heapBytes: heapBefore, allocatedBytes: heapBefore + vector });
    const { y } = await engine.run(program, { x });
    // The copy of x, its root, y.
    const heapBytes = heapBefore + 3 * vector;
    expect(engine.memory()).toMatchObject({ liveBytes: 2 * vector, heapBytes, allocatedBytes: heapBytes + 2 * vector, largestBuffer: 0 });
    y?.dispose();
    y?.dispose();
    x.dispose();
    expect(engine.memory()).toMatchObject({ liveBytes: 0, peakBytes: 2 * vector, heapBytes, allocatedBytes: heapBytes + 2 * vector });
  });

  it("constants lie in the heap while their program is there", async () => {
    const engine = createPlanningEngine("wasm", true);
    const g = new GraphBuilder();
    const graph = g.finish("shift", { y: g.add(g.input("x", "float32", [100]), g.float(new Float32Array(100), [100])) });
    const x = engine.upload("float32", [100], noData);
    const first = await engine.compile(graph);
    const second = await engine.compile(graph);
    await engine.run(first, { x });
    // Both constants, the copy of x, y.
    expect(engine.memory().heapBytes).toBe(heapBefore + 4 * vector);
    second.dispose();
    second.dispose();
    await engine.run(first, { x });
    expect(engine.memory().heapBytes).toBe(heapBefore + 4 * vector);
  });
});

describe("on WebGPU", () => {
  it("what a run lets go of is taken again after the next submission, and outputs once they are disposed", async () => {
    const engine = createPlanningEngine("webgpu", true);
    const program = await engine.compile(rootThenExp());
    // A buffer for constants is never smaller than 16 bytes.
    const own = 16 + vector;
    const x = engine.upload("float32", [100], noData);
    const step = async (): Promise<number> => {
      const { y } = await engine.run(program, { x });
      y?.dispose();
      return engine.memory().allocatedBytes - gpuBefore;
    };
    expect(await step()).toBe(own + 2 * pooled);
    // The root's buffer is free again; that of y only after this run.
    expect(await step()).toBe(own + 3 * pooled);
    expect(await step()).toBe(own + 3 * pooled);
    expect(engine.memory()).toMatchObject({ liveBytes: vector, peakBytes: 2 * vector, heapBytes: 0, largestBuffer: vector });
  });

  it("a buffer of our own is as large as its tensor, and gone once it is disposed", () => {
    const engine = createPlanningEngine("webgpu", true);
    for (let at = 0; at < 3; at++) engine.upload("float32", [101], noData).dispose();
    expect(engine.memory().allocatedBytes - gpuBefore).toBe(416);
  });
});

describe("on either", () => {
  it.each([
    ["an input", (g: GraphBuilder) => ({ y: g.input("x", "float32", [100]) }), 2],
    [
      "one other output",
      (g: GraphBuilder) => {
        const y = g.exp(g.input("x", "float32", [100]));
        return { y, again: y };
      },
      3,
    ],
  ])("an output that is %s as well is a copy", async (_name, outputs, vectors) => {
    const g = new GraphBuilder();
    const graph = g.finish("copies", outputs(g));
    const wasm = createPlanningEngine("wasm", true);
    await wasm.run(await wasm.compile(graph), { x: wasm.upload("float32", [100], noData) });
    expect(wasm.memory().heapBytes).toBe(heapBefore + vectors * vector);
    const gpu = createPlanningEngine("webgpu", true);
    await gpu.run(await gpu.compile(graph), { x: gpu.upload("float32", [100], noData) });
    expect(gpu.memory().allocatedBytes - gpuBefore).toBe(16 + vector + (vectors - 1) * pooled);
  });

  it("a tensor that is missing or of another size is refused, as it would be there", async () => {
    const engine = createPlanningEngine("wasm", true);
    const program = await engine.compile(rootThenExp());
    expect((await failureOf(() => engine.run(program, {}))).code).toBe("engine/missing-feed");
    const x = engine.upload("float32", [99], noData);
    expect((await failureOf(() => engine.run(program, { x }))).code).toBe("engine/feed-shape");
  });

  it("what is read is zeros of the tensor's type", async () => {
    const engine = createPlanningEngine("wasm", true);
    expect(await engine.read(engine.upload("float32", [2, 3], noData))).toEqual(new Float32Array(6));
    expect(await engine.read(engine.upload("float16", [2], noData))).toEqual(new Uint16Array(2));
    expect(await engine.read(engine.upload("uint4", [5], noData))).toEqual(new Uint8Array(3));
    expect(await engine.read(engine.upload("int64", [2], noData))).toEqual(new BigInt64Array(2));
  });
});

const int4: QuantizationConfig = { quantization: "int4", quantizeHead: true };

async function computedModel(config: Readonly<Record<string, unknown>>, quantizationConfig: QuantizationConfig): Promise<LoadedModel> {
  const spec = parseModelConfig(config);
  const shapes = requiredTensors(spec);
  const random = seededRandom(1);
  const read: TensorReader["read"] = async (name, from = 0, to) => {
    const [rows = 1, ...rest] = shapes.get(name) ?? [];
    return Promise.resolve(Float32Array.from({ length: ((to ?? rows) - from) * elementCount(rest) }, () => 0.1 * random.normal()));
  };
  return loadModel(createReferenceEngine(), spec, { shapes, read }, quantizationConfig);
}

interface Taken {
  /** Bytes of tensors: the most that were alive at once, or those of the state that a chat goes on from. */
  readonly most: number;
  readonly left: number;
}

async function takenByStep(model: LoadedModel): Promise<Taken> {
  const { engine, spec } = model;
  const trainer = await trainerOf(model, randomLora(spec, { rank: 2, alpha: 4 }));
  await trainer.update([fullBatch(spec, { batchSize: 2, seqLength: 6 })], 1e-3);
  const most = engine.memory().peakBytes;
  await trainer.dispose();
  return { most, left: engine.memory().liveBytes };
}

async function takenByChat(model: LoadedModel): Promise<Taken> {
  const { engine } = model;
  const decoder = new Decoder(new DecoderPrograms(model, null), 40, null);
  await decoder.read([1]);
  const most = engine.memory().liveBytes;
  decoder[Symbol.dispose]();
  return { most, left: engine.memory().liveBytes };
}

describe("a model of which only shapes are there", () => {
  const shapesOf = ({ layers, head }: LoadedModel) =>
    [...layers, head].map((named) => Object.entries(named).map(([name, { dtype, shape }]) => [name, dtype, [...shape]]));

  it.each(soaked(Object.entries(oddModels)))(
    "has all tensors of %s, and its step and chat take what they take where they are computed",
    async (_name, config) => {
      for (const quantizationConfig of [int4, { quantization: "none" }] as const) {
        const computed = await computedModel(config, quantizationConfig);
        const plan = (kind: "wasm" | "webgpu") => plannedModel(createPlanningEngine(kind, true), computed.spec, quantizationConfig);
        const planned = plan("webgpu");
        expect(shapesOf(planned)).toEqual(shapesOf(computed));
        expect(planned.weightBytes).toBe(computed.weightBytes);
        if (quantizationConfig !== int4) continue;
        expect(await takenByStep(planned)).toEqual(await takenByStep(computed));
        // A GPU's chat is fed its weights; what computes here has them built in.
        expect(await takenByChat(plan("wasm"))).toEqual(await takenByChat(computed));
      }
    },
    // In float64, on a machine that may be at work on something else.
    30_000,
  );

  it("has wide numbers where the engine has no float16", () => {
    const spec = parseModelConfig(oddModels["llama"] ?? {});
    const { layers } = plannedModel(createPlanningEngine("webgpu", false), spec, { quantization: "f16" });
    expect(layers[0]?.["q_proj.weight"]?.dtype).toBe("float32");
  });
});
