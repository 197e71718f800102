// One update of several groups of odd sizes, all in one program or each in its own.
import { groupOf, type ParameterGroup, type ParameterKind } from "../../src/model/parameters.ts";
import type { DeviceTensor, Engine } from "../../src/runtime/engine.ts";
import { seededRandom } from "../../src/base/random.ts";
import { optimizerGraph, optimizerScalars, stateSizes, treatmentsOf } from "../../src/train/optimizer-graphs.ts";
import { optimizersGraph, placePrefix } from "../../src/train/optimizer-groups.ts";
import { optimizers, type OptimizerName } from "../../src/train/optimizers/optimizers.ts";
import { the } from "./the.ts";

export interface UpdateCase {
  readonly optimizer: OptimizerName;
  readonly kinds: readonly ParameterKind[];
  readonly decayAll: boolean;
}

/** The last ones have groups that can't be one vector. */
export const updateCases: readonly UpdateCase[] = [
  { optimizer: "adamw", kinds: ["matrix", "vector"], decayAll: true },
  { optimizer: "sgd", kinds: ["matrix"], decayAll: true },
  { optimizer: "adamw", kinds: ["matrix", "norm"], decayAll: false },
  { optimizer: "muon", kinds: ["matrix", "vector"], decayAll: true },
];

/** A matrix and a vector each, none as large as another. */
function unevenGroups(count: number, kinds: readonly ParameterKind[]): readonly ParameterGroup[] {
  return Array.from({ length: count }, (_, at) => {
    const tensors = kinds.map((kind, place) => ({ name: `t${place}`, tensor: `t${at}.${place}`, kind, shape: [3 + at, 2 + place] }));
    return the(groupOf(`layer.${at}`, tensors) ?? undefined);
  });
}

/** By group and output, the numbers of {@link optimizersGraph} and those of {@link optimizerGraph}. */
export async function bothWays(engine: Engine, { optimizer, kinds, decayAll }: UpdateCase, count: number) {
  const groups = unevenGroups(count, kinds);
  const plan = { optimizer: optimizers[optimizer], settings: {}, decayAll, treatments: treatmentsOf(groups, decayAll) };
  const random = seededRandom(11);
  const drawn = (size: number): DeviceTensor =>
    engine.upload(
      "float32",
      [size],
      Float32Array.from({ length: size }, () => random.uniform() + 0.1),
    );
  const step = { updates: 3, learningRate: 0.01, weightDecay: 0.1, gradNorm: 8, clipNorm: 1 };
  const scalars = Object.fromEntries(
    Object.entries(optimizerScalars(plan, step)).map(([name, value]) => [name, engine.upload("float32", [1], Float32Array.of(value))]),
  );
  const feeds = groups.map((group) => {
    const states = Object.entries(stateSizes(plan, group)).map(([name, size]) => [`state.${name}`, drawn(size)] as const);
    return Object.fromEntries([["parameter", drawn(group.size)], ["gradient", drawn(group.size)], ...states]);
  });
  const given = feeds.flatMap((own, place) => Object.entries(own).map(([name, tensor]) => [placePrefix(place) + name, tensor] as const));
  const read = async (results: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, number[]>> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(results).map(async ([name, tensor]) => [name, Array.from(await engine.read(tensor), Number)] as const),
      ),
    );
  const program = await engine.compile(optimizersGraph(plan, groups));
  const together = await read(await engine.run(program, { ...scalars, ...Object.fromEntries(given) }));
  const alone: Record<string, number[]> = {};
  for (const [place, group] of groups.entries()) {
    const own = await engine.compile(optimizerGraph(plan, group));
    const results = await read(await engine.run(own, { ...scalars, ...the(feeds[place]) }));
    for (const [name, values] of Object.entries(results)) alone[placePrefix(place) + name] = values;
  }
  return { together, alone, nodes: program.graph.nodes.length };
}
