// The program that updates a group of parameters, for any optimizer, and the norm by which gradients are clipped. A group is cut into
// stretches that are treated alike; one that is a single stretch is updated whole.
import { itemOf, the } from "../base/the.ts";
import { AtelierError } from "../base/errors.ts";
import { sameShape } from "../base/tensor.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/ir.ts";
import type { Value } from "../graph/value.ts";
import type { ParameterEntry, ParameterGroup, ParameterKind, ParameterLayout } from "../model/parameters.ts";
import type { Optimizer, OptimizerSettings } from "./optimizers/optimizer.ts";
import { and } from "../words/message.ts";
import { sumOf } from "./optimizers/sums.ts";

/** What the tensors of a stretch share. */
export interface Treatment {
  /** Factor of the learning rate. */
  readonly rate: number;
  /** Whether weight decay applies. */
  readonly decays: boolean;
}

/** An optimizer with its settings and the treatments of the run. */
export interface OptimizerPlan {
  readonly optimizer: Optimizer;
  readonly settings: OptimizerSettings;
  /** Whether weight decay applies to norms and biases as well. */
  readonly decayAll: boolean;
  /** Those of {@link treatmentsOf}: scalars are fed by their place in this list. */
  readonly treatments: readonly Treatment[];
}

export interface UpdateStep {
  /** Number of this update, from 1. */
  readonly updates: number;
  /** The schedule's. */
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Of the whole gradient, before clipping. */
  readonly gradNorm: number;
  /** 0: no clipping. */
  readonly clipNorm: number;
  /** By which the gradient is multiplied; 1 where absent. */
  readonly factor?: number;
}

/** Treatments that occur, in the order in which they do. */
export function treatmentsOf(layout: ParameterLayout, decayAll: boolean): readonly Treatment[] {
  const all = layout.flatMap(({ entries }) => entries.map((entry) => treatmentOf(entry, decayAll)));
  return all.filter((treatment, at) => placeOf(all, treatment) === at);
}

/**
 * By input name, for every graph of the plan: `clip`, and each of the optimizer's scalars once per treatment. A graph has only the inputs
 * that its group needs.
 */
export function optimizerScalars({ optimizer, settings, treatments }: OptimizerPlan, step: UpdateStep): Readonly<Record<string, number>> {
  const { updates, learningRate, weightDecay, gradNorm, clipNorm, factor = 1 } = step;
  const perTreatment = treatments.flatMap(({ rate, decays }, place) => {
    const own = { updates, learningRate: learningRate * rate, weightDecay: decays ? weightDecay : 0, settings };
    return Object.entries(optimizer.scalars(own)).map(([name, value]) => [scalarName(name, place), value] as const);
  });
  // As torch.nn.utils.clip_grad_norm_.
  const clip = clipNorm > 0 ? Math.min(1, clipNorm / (gradNorm + 1e-6)) : 1;
  return { clip: clip / factor, ...Object.fromEntries(perTreatment) };
}

/** Sizes of the group's state vectors, by the names of the optimizer's; one of which nothing is kept is absent. */
export function stateSizes({ optimizer, settings }: Pick<OptimizerPlan, "optimizer" | "settings">, group: ParameterGroup) {
  return sizesOf(optimizer, settings, group.entries);
}

type UpdatedName = "newParameter" | `newState.${string}`;

/**
 * Inputs `parameter` and `gradient` [size], `state.NAME` of {@link stateSizes}, `clip` [1] and what of {@link optimizerScalars} the group
 * needs [1]; outputs `newParameter` and `newState.NAME`. Groups of the same key (groupKey) have the same graph.
 */
export function optimizerGraph(plan: OptimizerPlan, group: ParameterGroup): Graph<UpdatedName> {
  const g = new GraphBuilder();
  return g.finish("optimizer", updatedOutputs(updateNodes(g, plan, group, declareVectors(g, plan, group), declareScalars(g, plan))));
}

interface Scalars {
  readonly clip: Value;
  /** By the place of the treatment. */
  readonly byTreatment: readonly Readonly<Record<string, Value>>[];
}

export function declareScalars(g: GraphBuilder, { optimizer, settings, treatments }: OptimizerPlan): Scalars {
  const names = Object.keys(optimizer.scalars({ updates: 1, learningRate: 1, weightDecay: 0, settings }));
  return {
    clip: g.input("clip", "float32", [1]),
    byTreatment: treatments.map((_, place) =>
      Object.fromEntries(names.map((name) => [name, g.input(scalarName(name, place), "float32", [1])])),
    ),
  };
}

/** Of a group, before an update or after it. */
export interface GroupVectors {
  readonly parameter: Value;
  readonly state: Readonly<Record<string, Value>>;
}

export interface GivenVectors extends GroupVectors {
  /** Before it is clipped. */
  readonly gradient: Value;
}

export function declareVectors(g: GraphBuilder, plan: OptimizerPlan, group: ParameterGroup): GivenVectors {
  return {
    parameter: g.input("parameter", "float32", [group.size]),
    gradient: g.input("gradient", "float32", [group.size]),
    state: mapValues(stateSizes(plan, group), (size, name) => g.input(`state.${name}`, "float32", [size])),
  };
}

export function updatedOutputs({ parameter, state }: GroupVectors): Readonly<Record<UpdatedName, Value>> {
  return {
    newParameter: parameter,
    ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`newState.${name}`, value])),
  };
}

export function updateNodes(
  g: GraphBuilder,
  plan: OptimizerPlan,
  group: ParameterGroup,
  given: GivenVectors,
  scalars: Scalars,
): GroupVectors {
  const { optimizer, settings, treatments } = plan;
  const whole = { ...given, gradient: g.mul(given.gradient, scalars.clip) };
  const used = mapValues(whole.state, () => 0);
  const parts = stretchesOf(plan, group).map((stretch) => {
    const part = {
      ...stretch,
      parameter: cut(g, whole.parameter, stretch.offset, stretch.size),
      gradient: cut(g, whole.gradient, stretch.offset, stretch.size),
      state: mapValues(stretch.state, (size, name) => cut(g, the(whole.state[name], name), used[name] ?? 0, size)),
    };
    for (const [name, size] of Object.entries(stretch.state)) used[name] = (used[name] ?? 0) + size;
    const own = itemOf(scalars.byTreatment, placeOf(treatments, stretch.treatment));
    return checked(optimizer.update(g, part, own, settings), stretch);
  });
  const together = (of: (part: ReturnType<Optimizer["update"]>) => Value | undefined): Value =>
    g.concat(
      parts.flatMap((part) => of(part) ?? []),
      0,
    );
  return {
    parameter: together(({ parameter }) => parameter),
    state: mapValues(whole.state, (_, name) => together(({ state }) => state[name])),
  };
}

/** Inputs `gradient.NAME` for each group; output norm [1]: the global L2 norm. */
export function gradNormGraph(groups: readonly Pick<ParameterGroup, "name" | "size">[]): Graph<"norm"> {
  const g = new GraphBuilder();
  const squares = groups.map(({ name, size }) => {
    const gradient = g.input(`gradient.${name}`, "float32", [size]);
    return sumOf(g, g.mul(gradient, gradient));
  });
  return g.finish("gradientNorm", { norm: g.sqrt(squares.reduce((sum, square) => g.add(sum, square))) });
}

/** Whether all of it is updated at once. */
export function isOneStretch(plan: OptimizerPlan, group: ParameterGroup): boolean {
  return stretchesOf(plan, group).length === 1;
}

/** What is updated at once. */
interface Stretch {
  readonly treatment: Treatment;
  readonly offset: number;
  readonly size: number;
  readonly shape: readonly number[];
  readonly kind: ParameterKind | undefined;
  readonly state: Readonly<Record<string, number>>;
}

function stretchesOf({ optimizer, settings, decayAll }: OptimizerPlan, { entries }: ParameterGroup): readonly Stretch[] {
  const runs: [ParameterEntry, ...ParameterEntry[]][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    const isAlike = last && isSame(treatmentOf(last[0], decayAll), treatmentOf(entry, decayAll));
    if (isAlike && !optimizer.byTensor) last.push(entry);
    else runs.push([entry]);
  }
  return runs.map((run) => {
    const [first] = run;
    const size = run.reduce((sum, entry) => sum + entry.size, 0);
    const { shape, kind } = optimizer.byTensor ? first : { shape: [size], kind: undefined };
    return { treatment: treatmentOf(first, decayAll), offset: first.offset, size, shape, kind, state: sizesOf(optimizer, settings, run) };
  });
}

function treatmentOf({ rate = 1, kind }: ParameterEntry, decayAll: boolean): Treatment {
  return { rate, decays: decayAll || (kind !== "norm" && kind !== "bias") };
}

function isSame(a: Treatment, b: Treatment): boolean {
  return a.rate === b.rate && a.decays === b.decays;
}

function placeOf(treatments: readonly Treatment[], treatment: Treatment): number {
  return treatments.findIndex((other) => isSame(other, treatment));
}

function scalarName(name: string, place: number): string {
  return `${name}.${place}`;
}

function sizesOf(optimizer: Optimizer, settings: OptimizerSettings, entries: readonly ParameterEntry[]): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const entry of entries) {
    for (const [name, size] of Object.entries(optimizer.state(entry, settings))) {
      if (size > 0) sizes[name] = (sizes[name] ?? 0) + size;
    }
  }
  return sizes;
}

/** @throws AtelierError `graph/shape` where an optimizer does not give back what it was given */
function checked(updated: ReturnType<Optimizer["update"]>, { size, state }: Stretch): ReturnType<Optimizer["update"]> {
  requireSize("parameter", updated.parameter, size);
  for (const [name, expected] of Object.entries(state)) requireSize(name, updated.state[name], expected);
  return updated;
}

function requireSize(name: string, value: Value | undefined, size: number): void {
  if (!value) throw new AtelierError("graph/shape#missing");
  if (sameShape(value.shape, [size])) return;
  throw new AtelierError("graph/shape", { operation: name, shapes: and([`[${value.shape.join(", ")}]`, `[${size}]`]) });
}

function cut(g: GraphBuilder, vector: Value, offset: number, size: number): Value {
  return vector.shape[0] === size ? vector : g.slice(vector, 0, offset, offset + size);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
