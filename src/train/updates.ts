// The programs that update all groups, a few groups a run: on a GPU the host pays per run, on WASM a run copies what it is given.
import type { ParameterGroup, ParameterLayout } from "../model/parameters.ts";
import { groupKey } from "../model/parameters.ts";
import type { NamedTensors } from "../model/tuned-stages.ts";
import type { DeviceTensor, EngineKind, Program } from "../runtime/engine.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";
import type { OptimizerPlan } from "./optimizer-graphs.ts";
import { optimizersGraph, placePrefix } from "./optimizer-groups.ts";

/** What the optimizer keeps, by its names for it. */
export type OptimizerState = Readonly<Record<string, NamedTensors>>;

/** Elements of the groups of one run; a group that has more is a run of its own. */
const mostElements = { webgpu: 2 ** 21, wasm: 2 ** 16, reference: 2 ** 21 } as const satisfies Record<EngineKind, number>;

interface UpdateRun {
  readonly groups: readonly ParameterGroup[];
  readonly program: Program;
}

/** Runs whose groups are alike share a program. */
export async function compileUpdates(owner: TensorOwner, plan: OptimizerPlan, layout: ParameterLayout): Promise<readonly UpdateRun[]> {
  const known = new Map<string, Program>();
  const runs: UpdateRun[] = [];
  for (const groups of gathered(layout, mostElements[owner.engine.kind])) {
    const key = groups.map(groupKey).join(" ");
    const program = known.get(key) ?? (await owner.compile(optimizersGraph(plan, groups)));
    known.set(key, program);
    runs.push({ groups, program });
  }
  return runs;
}

function gathered(layout: ParameterLayout, most: number): readonly (readonly ParameterGroup[])[] {
  const runs: ParameterGroup[][] = [];
  let elements = Infinity;
  for (const group of layout) {
    elements += group.size;
    if (elements > most) {
      runs.push([]);
      elements = group.size;
    }
    runs.at(-1)?.push(group);
  }
  return runs;
}

interface Before {
  readonly parameters: NamedTensors;
  readonly gradient: NamedTensors;
  readonly state: OptimizerState;
  /** By the names of the optimizer's inputs. */
  readonly scalars: Readonly<Record<string, DeviceTensor>>;
}

/** @returns what is there after the update, which the owner has */
export async function runUpdates(
  owner: TensorOwner,
  runs: readonly UpdateRun[],
  { parameters, gradient, state, scalars }: Before,
): Promise<{ readonly parameters: NamedTensors; readonly state: OptimizerState }> {
  const vectors = Object.keys(state);
  const after: Record<string, Record<string, DeviceTensor>> = Object.fromEntries(
    ["newParameter", ...vectors.map(stateOutput)].map((name) => [name, {}]),
  );
  for (const { groups, program } of runs) {
    const feeds = groups.flatMap(({ name }, place) => {
      const kept = vectors.map((vector) => [`state.${vector}`, state[vector]?.[name]] as const);
      const own = [["parameter", parameters[name]], ["gradient", gradient[name]], ...kept] as const;
      return own.map(([input, tensor]) => [placePrefix(place) + input, tensor] as const);
    });
    const results = await owner.run(program, { ...scalars, ...Object.fromEntries(feeds) });
    for (const [place, { name }] of groups.entries()) {
      for (const [output, tensors] of Object.entries(after)) {
        const tensor = results[placePrefix(place) + output];
        if (tensor) tensors[name] = tensor;
      }
    }
  }
  const { newParameter = {}, ...states } = after;
  return { parameters: newParameter, state: Object.fromEntries(vectors.map((vector) => [vector, states[stateOutput(vector)] ?? {}])) };
}

const stateOutput = (vector: string): string => `newState.${vector}`;
