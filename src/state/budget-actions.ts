// Keeps the budget of the training form up to date, applies what is proposed, and holds back a load that would not fit.
import { engine } from "../client/engine-client.ts";
import { shapeOf } from "../config/run-shape.ts";
import { useBudget } from "./budget-store.ts";
import { planMethods, planRun } from "./method-plans.ts";
import { loadModel } from "./model-actions.ts";
import { useModel } from "./model-store.ts";
import { applyToForm, readForm, useTrainForm } from "./train-form.ts";
import type { BudgetChange, BudgetReport } from "./view-types.ts";

/** Between the last change of a knob and the question. */
const pauseMs = 150;

let timer: ReturnType<typeof setTimeout> | undefined;
let ticket = 0;

/** From now on, every change of the form or of the model asks again. */
export function followBudget(): void {
  useTrainForm.subscribe(askSoon);
  useModel.subscribe(({ model }, before) => {
    if (model !== before.model) askSoon();
  });
  askSoon();
}

function askSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask().then(planMethods), pauseMs);
}

async function ask(): Promise<void> {
  const { model } = useModel.getState();
  const mine = ++ticket;
  if (!model) {
    useBudget.setState({ run: null, refused: null, probe: null });
    return;
  }
  const { config } = readForm(useTrainForm.getState(), model.contextLength);
  const { report, refused } = await planRun(model, shapeOf(config));
  if (mine === ticket) useBudget.setState({ run: report, refused, probe: null });
}

/** Knobs are set in the form; another form of the weights loads the model again. */
export async function applyChange({ quantization, quantizeHead, ...run }: BudgetChange): Promise<void> {
  applyToForm(run);
  if (quantization === undefined && quantizeHead === undefined) return;
  await loadModel({ ...(quantization === undefined ? {} : { quantization }), ...(quantizeHead === undefined ? {} : { quantizeHead }) });
}

/** Asks the engine's device for what the report says is needed. */
export async function probeMemory({ provider, heapBytes, totalBytes }: BudgetReport): Promise<void> {
  useBudget.setState({ isProbing: true, probe: null });
  const probe = await engine.probeMemory(provider === "wasm" ? heapBytes : totalBytes, provider).catch(() => null);
  useBudget.setState({ isProbing: false });
  // A refusal is a limit from now on.
  await ask();
  void planMethods();
  useBudget.setState({ probe });
}
