// What real optimizers make of fixed gradients (tests/fixtures/optimizers.py), and the same by the project's own, on any engine.
import { groupOf, type ParameterKind } from "../../src/model/parameters.ts";
import type { DeviceTensor, Engine } from "../../src/runtime/engine.ts";
import { optimizerGraph, optimizerScalars, stateSizes, treatmentsOf } from "../../src/train/optimizer-graphs.ts";
import type { OptimizerSettings } from "../../src/train/optimizers/optimizer.ts";
import { optimizers, type OptimizerName } from "../../src/train/optimizers/optimizers.ts";
import { the } from "./the.ts";

type Tensors = Readonly<Record<string, readonly number[]>>;

export interface OptimizerCase {
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly settings: OptimizerSettings;
  readonly decayAll: boolean;
  /** Factors of the learning rate, by tensor. */
  readonly rates: Readonly<Record<string, number>>;
  /** By number of steps done. */
  readonly after: Readonly<Record<string, Tensors>>;
}

export interface OptimizerFixture {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly kinds: Readonly<Record<string, ParameterKind>>;
  readonly start: Tensors;
  readonly gradients: readonly Tensors[];
  readonly cases: readonly OptimizerCase[];
}

export function titleOf({ optimizer, weightDecay, settings, decayAll, rates }: OptimizerCase): string {
  const rest = [settings, rates].filter((record) => Object.keys(record).length > 0).map((record) => JSON.stringify(record));
  return [optimizer, `decay ${weightDecay}${decayAll ? "" : " of some"}`, ...rest].join(", ");
}

export function caseGroup({ shapes, kinds }: OptimizerFixture, rates: OptimizerCase["rates"]) {
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const rate = rates[name];
    return { name, shape, kind: the(kinds[name]), tensor: name, ...(rate === undefined ? {} : { rate }) };
  });
  return the(groupOf("layer.0", tensors) ?? undefined);
}

/** The largest |own − real| by the largest way that a number of its tensor went, over all tensors and all steps that are known. */
export async function worstOfCase(engine: Engine, fixture: OptimizerFixture, testCase: OptimizerCase): Promise<number> {
  const { learningRate, weightDecay, decayAll, settings, rates, after } = testCase;
  const group = caseGroup(fixture, rates);
  const treatments = treatmentsOf([group], decayAll);
  const plan = { optimizer: optimizers[testCase.optimizer], settings, decayAll, treatments };
  const flat = (tensors: Tensors): Float32Array => Float32Array.from(group.entries.flatMap(({ name }) => the(tensors[name])));
  const upload = (values: Float32Array): DeviceTensor => engine.upload("float32", [values.length], values);
  const program = await engine.compile(optimizerGraph(plan, group));
  const sizes = stateSizes(plan, group);
  let state: Record<string, DeviceTensor> = { parameter: upload(flat(fixture.start)) };
  for (const [name, size] of Object.entries(sizes)) state[`state.${name}`] = upload(new Float32Array(size));
  // The float64 engine takes the host's numbers as they are.
  const asHeld = (value: number) => (engine.kind === "reference" ? Float64Array.of(value) : Float32Array.of(value));
  let worst = 0;
  for (const [index, gradient] of fixture.gradients.entries()) {
    const scalars = optimizerScalars(plan, { updates: index + 1, learningRate, weightDecay, gradNorm: 1, clipNorm: 0 });
    const fed = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, engine.upload("float32", [1], asHeld(value))]));
    const results = await engine.run(program, { ...state, ...fed, gradient: upload(flat(gradient)) });
    state = { parameter: the(results["newParameter"]) };
    for (const name of Object.keys(sizes)) state[`state.${name}`] = the(results[`newState.${name}`]);
    const real = after[index + 1];
    if (!real) continue;
    const own = Array.from(await engine.read(the(state["parameter"])), Number);
    for (const { name, offset, size } of group.entries) {
      worst = Math.max(worst, differenceOf(own.slice(offset, offset + size), the(real[name]), the(fixture.start[name])));
    }
  }
  program.dispose();
  return worst;
}

function differenceOf(own: readonly number[], real: readonly number[], start: readonly number[]): number {
  const way = Math.max(...real.map((value, at) => Math.abs(value - the(start[at]))));
  // What stands still has to stand still.
  return Math.max(...real.map((value, at) => Math.abs(the(own[at]) - value))) / (way || 1);
}
