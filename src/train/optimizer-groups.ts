// The program that updates several groups of parameters in one run.
import { itemOf, the } from "../base/the.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/ir.ts";
import type { Value } from "../graph/value.ts";
import type { ParameterGroup } from "../model/parameters.ts";
import {
  declareScalars,
  declareVectors,
  isOneStretch,
  updatedOutputs,
  updateNodes,
  type GivenVectors,
  type GroupVectors,
  type OptimizerPlan,
} from "./optimizer-graphs.ts";

/**
 * As optimizerGraph, of all groups, with {@link placePrefix} before the names of all but the scalars. Groups that are treated alike
 * are one vector meanwhile: a GPU's host pays by the kernel, whatever its size.
 */
export function optimizersGraph(plan: OptimizerPlan, groups: readonly ParameterGroup[]): Graph {
  const g = new GraphBuilder();
  const scalars = declareScalars(g, plan);
  const given = groups.map((group, place) => g.within(placePrefix(place), () => declareVectors(g, plan, group)));
  const whole = joined(groups);
  const updated = isOneStretch(plan, whole)
    ? apart(g, given, updateNodes(g, plan, whole, together(g, given), scalars))
    : groups.map((group, place) => updateNodes(g, plan, group, itemOf(given, place), scalars));
  const outputs = updated.flatMap((own, place) =>
    Object.entries(updatedOutputs(own)).map(([name, value]) => [placePrefix(place) + name, value] as const),
  );
  return g.finish("optimizer", Object.fromEntries(outputs));
}

/** Of the inputs and outputs of a group of {@link optimizersGraph}. */
export const placePrefix = (place: number): string => `${place}.`;

/** The groups one after the other as one. */
function joined(groups: readonly ParameterGroup[]): ParameterGroup {
  let size = 0;
  const entries = groups.flatMap((group) => {
    const start = size;
    size += group.size;
    return group.entries.map((entry) => ({ ...entry, offset: start + entry.offset }));
  });
  return { name: groups.map(({ name }) => name).join(" "), entries, size };
}

function together(g: GraphBuilder, given: readonly GivenVectors[]): GivenVectors {
  const all = (of: (own: GivenVectors) => Value): Value => g.concat(given.map(of), 0);
  const names = Object.keys(itemOf(given, 0).state);
  return {
    parameter: all(({ parameter }) => parameter),
    gradient: all(({ gradient }) => gradient),
    state: Object.fromEntries(names.map((name) => [name, all(({ state }) => the(state[name], name))])),
  };
}

/** @returns by the place of the group */
function apart(g: GraphBuilder, given: readonly GivenVectors[], { parameter, state }: GroupVectors): readonly GroupVectors[] {
  const cut = (value: Value, of: (own: GivenVectors) => Value): readonly Value[] =>
    g.split(
      value,
      given.map((own) => of(own).shape[0] as number),
    );
  const parameters = cut(parameter, (own) => own.parameter);
  const states = Object.entries(state).map(([name, value]) => [name, cut(value, (own) => the(own.state[name], name))] as const);
  return given.map((_, place) => ({
    parameter: itemOf(parameters, place),
    state: Object.fromEntries(states.map(([name, parts]) => [name, itemOf(parts, place)])),
  }));
}
