// A training as a product: what is trained (method), for what (objective), and how (optimizer). The trainer knows no more of it.
import type { FloatType } from "../base/tensor.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import type { NamedVectors } from "../model/parameters.ts";
import { zeroSources, type NamedSources } from "../model/tuned-stages.ts";
import { zeroFloats } from "../runtime/engine.ts";
import type { LossScale } from "./loss-scale.ts";
import type { Objective } from "./objectives/objective.ts";
import { stateSizes, treatmentsOf, type OptimizerPlan } from "./optimizer-graphs.ts";
import type { Optimizer, OptimizerSettings } from "./optimizers/optimizer.ts";

export interface Training {
  readonly method: AppliedMethod;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** Knobs of the optimizer's section. */
  readonly settings: OptimizerSettings & { readonly weightDecay: number; readonly clipNorm: number; readonly decayAll: boolean };
  /** Noise on the embeddings while training (NEFTune, Jain et al. 2023), its alpha; 0: none. */
  readonly neftune: number;
  /** Of what is random within a step. */
  readonly seed: number;
  /** Of activations and their gradients; float32 where absent. All else is float32. */
  readonly precision?: FloatType;
}

/** What a checkpoint holds of the numbers, by the names of the groups. */
export interface TrainerSnapshot {
  /** Steps done. */
  readonly step: number;
  readonly parameters: NamedVectors;
  /** Of {@link AppliedMethod.fixed}. */
  readonly fixed: NamedVectors;
  /** What the optimizer keeps, by its names for it. */
  readonly optimizer: Readonly<Record<string, NamedVectors>>;
  /** In float16 alone. */
  readonly lossScale?: LossScale;
}

/** What a trainer starts from: a snapshot, or what makes its vectors. */
export interface TrainerStart {
  readonly step: number;
  readonly parameters: NamedSources;
  readonly fixed: NamedSources;
  readonly optimizer: Readonly<Record<string, NamedSources>>;
  /** The first one where absent; of no use in float32. */
  readonly lossScale?: LossScale;
}

type Updated = Pick<Training, "method" | "optimizer" | "settings">;

export function optimizerPlan({ method, optimizer, settings }: Updated): OptimizerPlan {
  const { decayAll } = settings;
  return { optimizer, settings, decayAll, treatments: treatmentsOf(method.layout, decayAll) };
}

/** Sizes of the vectors that the optimizer keeps, by its names for them and the names of the groups. */
export function optimizerSizes({ method, optimizer, settings }: Updated): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const sizes: Record<string, Record<string, number>> = {};
  for (const group of method.layout) {
    for (const [name, size] of Object.entries(stateSizes({ optimizer, settings }, group))) (sizes[name] ??= {})[group.name] = size;
  }
  return sizes;
}

/** Where a run starts: the given parameters, and nothing that the optimizer has seen. */
export function freshSnapshot(updated: Updated, { parameters, fixed }: Pick<TrainerSnapshot, "parameters" | "fixed">): TrainerSnapshot {
  const zeros = (sizes: Readonly<Record<string, number>>): NamedVectors =>
    Object.fromEntries(Object.entries(sizes).map(([group, size]) => [group, new Float32Array(size)]));
  const optimizer = Object.fromEntries(Object.entries(optimizerSizes(updated)).map(([name, sizes]) => [name, zeros(sizes)]));
  return { step: 0, parameters, fixed, optimizer };
}

/** Zeros throughout, made when an engine asks for them: for whoever plans a run and computes nothing. */
export function blankStart(updated: Updated): TrainerStart {
  const blank = (sizes: Readonly<Record<string, number>>): NamedSources =>
    Object.fromEntries(Object.entries(sizes).map(([group, size]) => [group, zeroFloats(size)]));
  const optimizer = Object.fromEntries(Object.entries(optimizerSizes(updated)).map(([name, sizes]) => [name, blank(sizes)]));
  const { layout, fixed } = updated.method;
  return { step: 0, parameters: zeroSources(layout), fixed: zeroSources(fixed), optimizer };
}
