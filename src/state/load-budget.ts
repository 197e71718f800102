// Asks, before a model is loaded, what it would take: what cannot fit is held back, and the user chooses how to go on.
import { toErrorRecord } from "../base/errors.ts";
import { makesModel } from "../config/new-model.ts";
import { parseRunConfig, type MethodConfig } from "../config/run-config.ts";
import { shapeOf } from "../config/run-shape.ts";
import { engine } from "../client/engine-client.ts";
import { useBudget } from "./budget-store.ts";
import type { LoadChoice } from "./model-store.ts";
import { readForm, useTrainForm } from "./train-form.ts";
import type { BudgetReport, ErrorRecord, LoadRequest } from "./view-types.ts";

type BudgetRun = BudgetReport["run"];

let lastAsked = 0;

/** The least that anyone would train: what does not even fit so is not worth a download. */
const leastRun: BudgetRun = shapeOf(parseRunConfig({ data: { batchSize: 1, seqLength: 64 }, method: { kind: "lora", rank: 1 } }));

/** Smaller models of one's own files are there before anyone could read about them. Of this, training may take the most. */
export const worthShowingBytes = 512 * 1024 * 1024;

/**
 * Whether the load may go on: what has to be downloaded or is large waits until the user has seen what it takes, with the training
 * form as it stands. What the files are at fault for is left to the load, which says it better.
 * @returns what to load, with the hub's list of files, so that what was looked at is what comes; null where it is held back, or
 *   where another load was asked about meanwhile
 */
export async function mayLoad(asked: LoadChoice, plain: LoadRequest): Promise<LoadRequest | null> {
  const mine = ++lastAsked;
  useBudget.setState({ load: null, probe: null });
  const least = await ask(plain, leastRun);
  if (mine !== lastAsked) return null;
  if ("code" in least) return plain;
  const listed = least.listing ? { listing: least.listing } : {};
  const [requested, request] = [
    { ...asked, ...listed },
    { ...plain, ...listed },
  ];
  const isReviewed = requested.regardless === true;
  if (!least.fits) {
    useBudget.setState({ load: { requested, report: least, held: isReviewed ? null : "too-large", refused: null } });
    return isReviewed ? request : null;
  }
  const run = shapeOf(readForm(useTrainForm.getState(), null).config);
  const answer = await ask(request, { ...run, method: forAnyModel(run.method) });
  if (mine !== lastAsked) return null;
  const [report, refused] = "code" in answer ? [least, answer] : [answer, null];
  const held = !isReviewed && isWorthReview(requested, report) ? "review" : null;
  useBudget.setState({ load: { requested, report, held, refused } });
  return held === null ? request : null;
}

/** The targets in the form are those of the model before; a new model is none that is loaded. */
function forAnyModel(method: MethodConfig): MethodConfig {
  if (makesModel(method)) return leastRun.method;
  return "targets" in method ? parseRunConfig({ method: { ...method, targets: undefined } }).method : method;
}

function isWorthReview({ source }: LoadChoice, { totalBytes }: BudgetReport): boolean {
  if (source === undefined || source.kind === "bundled") return false;
  return source.kind !== "files" || totalBytes > worthShowingBytes;
}

async function ask(request: LoadRequest, run: BudgetRun): Promise<BudgetReport | ErrorRecord> {
  const { source, token, listing, quantization, quantizeHead, provider } = request;
  const how = {
    quantization,
    quantizeHead: quantizeHead ?? false,
    ...(provider ? { provider } : {}),
    ...(token === undefined ? {} : { token }),
    ...(listing ? { listing } : {}),
  };
  return engine.budget({ source, ...how, run }).catch((thrown: unknown) => {
    const error = toErrorRecord(thrown);
    if (error.code === "load/cancelled") throw thrown;
    return error;
  });
}

export function dropHeldLoad(): void {
  lastAsked++;
  useBudget.setState({ load: null });
}
