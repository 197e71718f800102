// A gradient rule against central finite differences, on any engine.
import { seededRandom } from "../../src/base/random.ts";
import { elementCount, type Shape } from "../../src/base/tensor.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { backward } from "../../src/graph/grad/backward.ts";
import type { Graph } from "../../src/graph/ir.ts";
import type { Value } from "../../src/graph/value.ts";
import { readFloats, type DeviceTensor, type Engine } from "../../src/runtime/engine.ts";
import { the } from "./the.ts";

export interface Case {
  /** Shapes of the float inputs that are differentiated. */
  readonly wrt: readonly Shape[];
  readonly build: (g: GraphBuilder, x: readonly Value[]) => Value;
  /** Inputs that are not differentiated. */
  readonly fixed?: (engine: Engine) => Record<string, DeviceTensor>;
  readonly positive?: boolean;
  readonly needsFloat16?: boolean;
  /** WebGPU has no kernels for it. */
  readonly isForCpu?: boolean;
}

/** What a case needs and an engine has not; null where it has all. */
export function lackingFor({ needsFloat16 = false, isForCpu = false }: Case, { hasFloat16, kind }: Engine): string | null {
  if (needsFloat16 && !hasFloat16) return "float16";
  return isForCpu && kind === "webgpu" ? "products of whole numbers" : null;
}

/** Largest |analytic − numeric| relative to the largest gradient, over all inputs. */
export async function worstDifference(engine: Engine, { wrt, build, fixed, positive = false }: Case, seed: number): Promise<number> {
  const g = new GraphBuilder();
  const x = wrt.map((shape, at) => g.input(`x${at}`, "float32", shape));
  const y = build(g, x);
  const dy = g.input("dy", "float32", y.shape);
  const value = g.finish("value", { y });
  const gradients = backward(g, [{ value: y, gradient: dy }], x);
  const graph = g.finish("gradient", Object.fromEntries(gradients.map((gradient, at) => [`d${at}`, gradient])));
  const data = wrt.map((shape, at) => randoms(elementCount(shape), seed + at, positive));
  const weights = randoms(elementCount(y.shape), seed + 50, false);
  const rest = fixed?.(engine) ?? {};
  const feeds = (inputs: readonly Float32Array[]) => ({
    ...rest,
    ...Object.fromEntries(inputs.map((input, at) => [`x${at}`, engine.upload("float32", the(wrt[at]), input)])),
  });
  const analytic = await run(engine, graph, { ...feeds(data), dy: engine.upload("float32", y.shape, weights) });
  const program = await engine.compile(value);
  const evaluate = async (inputs: readonly Float32Array[]): Promise<number> => {
    const out = await engine.read(the((await engine.run(program, feeds(inputs)))["y"]));
    return weights.reduce((sum, weight, at) => sum + weight * Number(out[at]), 0);
  };
  const step = engine.kind === "reference" ? 2 ** -14 : 2 ** -7;
  let worst = 0;
  for (const [input, values] of data.entries()) {
    const exact = the(analytic[`d${input}`]);
    const scale = Math.max(1e-3, ...exact.map(Math.abs));
    for (const element of values.keys()) {
      const shifted = (by: number) => data.map((array, at) => (at === input ? array.map((v, i) => (i === element ? v + by : v)) : array));
      // Fourth-order central difference, so that the step may be large enough for float32.
      const [a, b, c, d] = [
        await evaluate(shifted(2 * step)),
        await evaluate(shifted(step)),
        await evaluate(shifted(-step)),
        await evaluate(shifted(-2 * step)),
      ];
      const numeric = (-a + 8 * b - 8 * c + d) / (12 * step);
      worst = Math.max(worst, Math.abs(numeric - the(exact[element])) / scale);
    }
  }
  program.dispose();
  return worst;
}

export async function valueOf(engine: Engine, { wrt, build, fixed, positive = false }: Case, seed: number): Promise<Float32Array> {
  const g = new GraphBuilder();
  const y = build(
    g,
    wrt.map((shape, at) => g.input(`x${at}`, "float32", shape)),
  );
  const inputs = wrt.map((shape, at) => [`x${at}`, engine.upload("float32", shape, randoms(elementCount(shape), seed + at, positive))]);
  const { y: value } = await run(engine, g.finish("value", { y }), { ...Object.fromEntries(inputs), ...fixed?.(engine) });
  return the(value);
}

async function run(engine: Engine, graph: Graph, feeds: Record<string, DeviceTensor>): Promise<Record<string, Float32Array>> {
  const program = await engine.compile(graph);
  const results = await engine.run(program, feeds);
  const out: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(results)) out[name] = (await readFloats(engine, tensor)).slice();
  program.dispose();
  return out;
}

/** On a grid, so that float32 holds them exactly when a step is added: what differs is the rule, not the rounding. */
export function randoms(count: number, seed: number, positive: boolean): Float32Array {
  const random = seededRandom(seed);
  const next = (): number => (positive ? 0.5 + random.uniform() : random.normal());
  return Float32Array.from({ length: count }, () => Math.round(next() * 4096) / 4096);
}
