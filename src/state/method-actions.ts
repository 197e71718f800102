// Takes a method, and does what it needs before it can be: other settings, or the weights in another form.
import { cheaperMethods } from "../config/method-groups.ts";
import type { MethodKind } from "../config/run-config.ts";
import { applyChange } from "./budget-actions.ts";
import { loadModel } from "./model-actions.ts";
import { chooseKind } from "./train-form.ts";
import { isRuledOut, type MethodPlan, type MethodPlans } from "./method-plans.ts";
import type { BudgetChange, BudgetProposal } from "./view-types.ts";

export function chooseMethod(kind: MethodKind): void {
  chooseKind("method", kind);
}

/** With the settings that make it fit. */
export async function chooseWith(kind: MethodKind, change: BudgetChange): Promise<void> {
  chooseKind("method", kind);
  await applyChange(change);
}

/** The method is taken once the model is there. */
export async function chooseInFloat32(kind: MethodKind, change: BudgetChange): Promise<void> {
  if (await loadModel({ quantization: "none", quantizeHead: false })) await chooseWith(kind, change);
}

/** What makes the method itself fit; undefined where nothing does. */
export function bestFit(kind: MethodKind, { report, inFloat32 }: MethodPlan): BudgetProposal | undefined {
  const { proposals = [] } = inFloat32 ?? report ?? {};
  return proposals.find(({ fits, change }) => fits && (change.method?.kind ?? kind) === kind);
}

/** The nearest method that takes less and can be had. */
export function cheaperThan(kind: MethodKind, { plans }: MethodPlans): MethodKind | undefined {
  return cheaperMethods(kind).find((cheaper) => {
    const plan = plans[cheaper];
    return plan !== undefined && plan.report !== null && !isRuledOut(plan);
  });
}
