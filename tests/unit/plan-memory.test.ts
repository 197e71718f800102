// A plan of a graph counts what is alive at once, and the cache of GPU buffers what it keeps.
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { planMemory, type KernelMemory } from "../../src/graph/plan-memory.ts";
import { BufferPool } from "../../src/runtime/kernel-memory.ts";

const plain: KernelMemory = { inPlace: new Set(), workspace: () => 0 };
const row = 4 * 100;

describe("the plan of a graph", () => {
  it("counts what is alive at once, without inputs", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [100]);
    // Each result dies with the next: two are alive, and the third has the first one's buffer.
    const y = g.exp(g.exp(g.exp(g.exp(x))));
    const plan = planMemory(g.finish("chain", { y }), plain);
    expect(plan.inputBytes).toBe(row);
    expect(plan.peakBytes).toBe(2 * row);
    expect(planMemory(g.finish("short", { y: g.exp(x) }), plain).peakBytes).toBe(row);
  });

  it("holds what is used late until then", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [100]);
    const early = g.exp(x);
    const y = g.add(early, g.reduceSum(g.mul(g.sqrt(early), early), [0]));
    // early, its root, their product; the output comes when the product is gone, and only the planner's reuse remains.
    expect(planMemory(g.finish("late", { y }), plain).peakBytes).toBeGreaterThanOrEqual(3 * row);
  });

  it("takes an input's place where kernels may, and never an input of the graph", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [100]);
    const graph = g.finish("inPlace", { y: g.neg(g.exp(g.sqrt(x))) });
    expect(planMemory(graph, { ...plain, inPlace: new Set(["exp", "neg", "sqrt"]) }).peakBytes).toBe(2 * row);
    expect(planMemory(graph, plain).peakBytes).toBe(2 * row);
  });

  it("gives a new shape no memory, a kernel its workspace and a view its second copy", () => {
    const g = new GraphBuilder();
    const codes = g.input("codes", "uint8", [4, 1, 16]);
    const scales = g.input("scales", "float32", [4]);
    const x = g.input("x", "float32", [2, 32]);
    const y = g.reshape(g.matmulNBits(x, codes, scales, { n: 4, k: 32, block: 32, bits: 4 }), [8]);
    const weight = g.dequantize(g.view(codes, "uint4", [4, 32]), g.reshape(scales, [4, 1]), 32);
    const graph = g.finish("quantized", { y: g.exp(y), weight });
    const plan = planMemory(graph, { ...plain, workspace: ({ op }) => (op === "matmulNBits" ? 10_000 : 0) });
    expect(plan.copiedInputBytes - plan.inputBytes).toBe(64);
    expect(plan.peakBytes).toBeGreaterThan(10_000);
    expect(plan.buffers.map(({ bytes }) => bytes).toSorted((a, b) => a - b)).toEqual([32, 32, 512]);
  });

  it("unpacks one weight of a chain of products at a time", () => {
    const g = new GraphBuilder();
    const [n, k] = [32, 64];
    let sum = g.input("start", "float32", [1, k]);
    for (let at = 0; at < 8; at++) {
      const codes = g.input(`codes${at}`, "uint8", [n, k]);
      const weight = g.dequantize(codes, g.input(`scales${at}`, "float32", [n, k / 32]), 32);
      sum = g.gemm(g.input(`x${at}`, "float32", [1, n]), weight, { plus: sum });
    }
    expect(planMemory(g.finish("chain", { sum }), plain).peakBytes).toBeLessThan(2 * 4 * n * k);
  });

  it("counts the temporaries of operations that are encoded as several", () => {
    const g = new GraphBuilder();
    const logits = g.input("logits", "float32", [10, 50]);
    const y = g.tokenLogProb(logits, g.input("labels", "int32", [10]));
    // Shifted and its exponentials, and a number per row.
    const { peakBytes } = planMemory(g.finish("logProb", { y }), plain);
    expect(peakBytes).toBeGreaterThan(2 * 4 * 500);
    expect(peakBytes).toBeLessThan(2.1 * 4 * 500);
  });
});

describe("the runtime's cache of GPU buffers", () => {
  it("rounds up, and gives a buffer again only after the next submission", () => {
    const pool = new BufferPool();
    const size = pool.acquire(5000);
    expect(size).toBe(8192);
    pool.release(size);
    pool.acquire(6000);
    expect(pool.heldBytes).toBe(2 * 8192);
    pool.submit();
    pool.acquire(8192);
    expect(pool.heldBytes).toBe(2 * 8192);
  });

  it("lets go of what no bucket takes", () => {
    const pool = new BufferPool();
    pool.release(pool.acquire(200_000_001));
    expect(pool.heldBytes).toBe(200_000_016);
    pool.submit();
    expect(pool.heldBytes).toBe(0);
  });
});
