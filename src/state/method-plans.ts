// What each method would take on the loaded model, or why it cannot be: one question per method, asked when the list of them is opened
// and again when form or model change. The worker counts and remembers what it counted.
import { create } from "zustand";
import { toErrorRecord } from "../base/errors.ts";
import { engine } from "../client/engine-client.ts";
import { recommendedMethod } from "../config/method-groups.ts";
import { offeredKinds, type MethodKind } from "../config/run-config.ts";
import { shapeOf, type RunShape } from "../config/run-shape.ts";
import { commas, words, type Text } from "../words/message.ts";
import { useModel } from "./model-store.ts";
import { readForm, useTrainForm, withKind } from "./train-form.ts";
import type { BudgetReport, ErrorRecord, ModelInfo } from "./view-types.ts";

/** Null both: not known. */
export interface RunPlan {
  readonly report: BudgetReport | null;
  /** Why the settings cannot be for this model. */
  readonly refused: ErrorRecord | null;
}

export interface MethodPlan extends RunPlan {
  /** The same on the weights in float32, where that is what it takes. */
  readonly inFloat32: BudgetReport | null;
}

export interface MethodPlans {
  /** Whether the list of all methods is. */
  readonly isOpen: boolean;
  readonly plans: Readonly<Partial<Record<MethodKind, MethodPlan>>>;
}

export const useMethodPlans = create<MethodPlans>(() => ({ isOpen: false, plans: {} }));

/** What no setting of the method mends. */
const ofTheModel: ReadonlySet<string> = new Set(["config/invalid#no-bias", "config/invalid#quantized-base"]);

/** Whether the loaded model, or the memory here, rules a method out. What only wants other settings can be chosen. */
export function isRuledOut({ report, refused }: MethodPlan): boolean {
  return refused ? ofTheModel.has(refused.key) : report?.fits === false;
}

export function openMethods(isOpen: boolean): void {
  if (useMethodPlans.getState().isOpen === isOpen) return;
  useMethodPlans.setState({ isOpen });
  void planMethods();
}

/** With weights held as they are, or in another form. */
export async function planRun(
  { quantization, quantizeHead, provider }: ModelInfo,
  run: RunShape,
  form: Pick<BudgetReport, "quantization" | "quantizeHead"> = { quantization, quantizeHead },
): Promise<RunPlan> {
  try {
    return { report: await engine.budget({ source: null, ...form, provider, run }), refused: null };
  } catch (thrown) {
    // That an engine cannot be asked is told elsewhere.
    const error = toErrorRecord(thrown);
    return { report: null, refused: error.code === "config/invalid" ? error : null };
  }
}

let ticket = 0;
let plannedFor: ModelInfo | null = null;

/** One after the other, so that whatever else is asked of the worker comes in between; what is asked anew ends it. */
export async function planMethods(): Promise<void> {
  const mine = ++ticket;
  const { model } = useModel.getState();
  const form = useTrainForm.getState();
  if (model !== plannedFor) useMethodPlans.setState({ plans: {} });
  plannedFor = model;
  if (!model) return;
  const kinds = useMethodPlans.getState().isOpen ? offeredKinds.method : [];
  for (const kind of new Set<MethodKind>([recommendedMethod, form.method, ...kinds])) {
    const plan = await planMethod(model, shapeOf(readForm(withKind(form, "method", kind), model.contextLength).config));
    if (mine !== ticket) return;
    useMethodPlans.setState(({ plans }) => ({ plans: { ...plans, [kind]: plan } }));
  }
}

async function planMethod(model: ModelInfo, run: RunShape): Promise<MethodPlan> {
  const plan = await planRun(model, run);
  if (plan.refused?.key !== "config/invalid#quantized-base") return { ...plan, inFloat32: null };
  const { report } = await planRun(model, run, { quantization: "none", quantizeHead: false });
  return { ...plan, inFloat32: report };
}

/** More would look like a promise. */
const planDigits = 3;

/** Memory, whether it is there, and the time of a step beside that of the recommended method. */
export function takesWords(kind: MethodKind, report: BudgetReport, recommended: BudgetReport | null | undefined): Text {
  const { memory, heap } = report.limits;
  const isKnown = memory !== null || heap !== null || !report.fits;
  return commas([
    words("methods/memory", { bytes: Number(report.totalBytes.toPrecision(planDigits)) }),
    ...(isKnown ? [words(report.fits ? "methods/fits" : "methods/too-large")] : []),
    ...(kind === recommendedMethod || !recommended ? [] : [timeWords(report.multiplyAdds / recommended.multiplyAdds)]),
  ]);
}

/** Closer than that, no plan can tell. */
const sameTime = 0.15;
/** Less than that is as good as nothing. */
const leastTime = 0.1;

function timeWords(factor: number): Text {
  const than = words(`method/${recommendedMethod}-label`);
  if (factor < leastTime) return words("methods/little-time", { than });
  return Math.abs(factor - 1) <= sameTime ? words("methods/same-time", { than }) : words("methods/time", { factor, than });
}
