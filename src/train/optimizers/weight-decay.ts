// Weight decay of the optimizers to which PyTorch gives both kinds. Knob: decoupled (false, PyTorch's default): the parameter shrinks by
// itself, as in AdamW; else it is an L2 penalty, a part of the gradient.
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { knob } from "./knob.ts";
import { penalized } from "./moments.ts";
import type { OptimizerPart, OptimizerSettings, OptimizerStep } from "./optimizer.ts";

const isDecoupled = (settings: OptimizerSettings): boolean => knob(settings, "decoupled", false);

/** What {@link decayed} needs. */
export function decayScalar({ learningRate, weightDecay, settings }: OptimizerStep): number {
  return isDecoupled(settings) ? 1 - learningRate * weightDecay : weightDecay;
}

/** @returns the parameter and the gradient to go on with */
export function decayed(
  g: GraphBuilder,
  part: OptimizerPart<never>,
  decay: Value,
  settings: OptimizerSettings,
): { readonly parameter: Value; readonly gradient: Value } {
  if (isDecoupled(settings)) return { parameter: g.mul(part.parameter, decay), gradient: part.gradient };
  return { parameter: part.parameter, gradient: penalized(g, part, decay) };
}
