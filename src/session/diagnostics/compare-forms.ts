// What each form of a model's weights costs: loss, memory and the time of a step, measured one form after the other beside the
// model that is loaded. A form that fails is told and left out; whatever happens, nothing of a measured form stays allocated.
import { AtelierError, toErrorRecord } from "../../base/errors.ts";
import { isExact } from "../../config/quantizations.ts";
import type { RunShape } from "../../protocol/budget-api.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { CompareEnd, ComparedForm, CompareNews, CompareRequest, MeasuredForm } from "../../protocol/compare-api.ts";
import type { LoadProgress, LoadRequest } from "../../protocol/models-api.ts";
import type { Batch } from "../../tokens/batch.ts";
import { learnedRows } from "../../tokens/batches.ts";
import { firstPredicted, measuredBatches } from "../../tokens/measured-rows.ts";
import type { Exclusive } from "../exclusive.ts";
import { rowChatLoss, withChatPrograms } from "./chat-loss.ts";
import { baseLoss } from "./inspect.ts";
import type { Loaded } from "../models/load-with-tokenizer.ts";
import { shapeTraining } from "../models/shape-training.ts";
import { stopIfCancelled } from "../stop-if-cancelled.ts";
import { timeStep } from "../runs/step-time.ts";

export interface CompareParts {
  /** The loaded model. */
  readonly own: Loaded;
  readonly exclusive: Exclusive;
  /** Loads another model beside it. */
  readonly load: (request: LoadRequest, onProgress: (progress: LoadProgress) => void) => Promise<Loaded>;
  /** @throws AtelierError `compare/no-room` where weights and run do not fit beside the loaded model */
  readonly requireRoom: (request: LoadRequest, run: RunShape) => Promise<void>;
  /** @throws AtelierError why the engine was lost, with which no form can be measured any more */
  readonly requireEngine: () => void;
  readonly tell: (news: CompareNews) => void;
  readonly signal: AbortSignal;
}

/** @throws AtelierError `quality/nothing-to-measure`, and where the engine is lost */
export async function compareForms(request: CompareRequest, parts: CompareParts): Promise<CompareEnd> {
  const { tell, signal, own } = parts;
  const batches = batchesOf(request.over, own.model.spec.contextLength);
  for (const form of request.forms) {
    if (signal.aborted) return "ended";
    try {
      const found = isHeldAs(own, form) ? await measure(own, form, batches, request, parts) : await beside(form, batches, request, parts);
      tell({ kind: "measured", found });
    } catch (error) {
      const record = toErrorRecord(error);
      if (record.code === "load/cancelled") return "ended";
      parts.requireEngine();
      tell({ kind: "left-out", form, error: record });
    }
  }
  // One that is lost ends the measurement of the last form too.
  parts.requireEngine();
  return "done";
}

function batchesOf(over: CompareRequest["over"], context: number): readonly Batch[] {
  const batches = "rows" in over ? measuredBatches(firstPredicted(over.rows, over.tokens), context) : [over];
  if (predictedIn(batches) === 0) throw new AtelierError("quality/nothing-to-measure");
  return batches;
}

function predictedIn(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + learnedRows(batch).rows.length, 0);
}

export function isHeldAs({ info }: Loaded, { quantization, quantizeHead }: ComparedForm): boolean {
  return info.quantization === quantization && (isExact(quantization) || info.quantizeHead === quantizeHead);
}

/** Copies on this device are read; one of each form would take the place of those that are wanted, so none is made. */
async function beside(form: ComparedForm, batches: readonly Batch[], request: CompareRequest, parts: CompareParts): Promise<MeasuredForm> {
  const { source, token, listing, run, calibration } = request;
  const asked: LoadRequest = {
    source,
    ...form,
    provider: parts.own.info.provider,
    tokenizerOptional: true,
    useCache: "read",
    ...(calibration ? { calibration } : {}),
    ...(token === undefined ? {} : { token }),
    ...(listing ? { listing } : {}),
  };
  parts.tell({ kind: "loading", form, fraction: 0 });
  if (run) await parts.requireRoom(asked, run);
  const loaded = await parts.load(asked, ({ fraction }) => parts.tell({ kind: "loading", form, fraction }));
  try {
    return await measure(loaded, form, batches, request, parts);
  } finally {
    await parts.exclusive(async () => loaded.model.dispose());
  }
}

async function measure(
  { model, info }: Loaded,
  form: ComparedForm,
  batches: readonly Batch[],
  { run, asChatted = false }: CompareRequest,
  { exclusive, tell, signal }: CompareParts,
): Promise<MeasuredForm> {
  // A form on which the method cannot train is refused before anything is measured.
  if (run) shapeTraining(model, run);
  const all = predictedIn(batches);
  let [sum, tokens] = [0, 0];
  tell({ kind: "measuring", form, tokens, of: all });
  for (const batch of batches) {
    const { loss, tokenCount } = await exclusive(() => {
      stopIfCancelled(signal);
      return baseLoss(model, batch);
    });
    sum += loss * tokenCount;
    tokens += tokenCount;
    tell({ kind: "measuring", form, tokens, of: all });
  }
  const chatted = asChatted ? await chattedSum(model, batches, exclusive, signal) : null;
  if (run) tell({ kind: "timing", form });
  const stepMs = run && (await timeStep(model, run, exclusive, signal));
  return {
    form,
    bitsPerWeight: info.held.bitsPerWeight,
    bytes: info.weightBytes,
    loss: sum / tokens,
    tokens,
    ...(chatted === null ? {} : { chatLoss: chatted / tokens }),
    stepMs,
  };
}

/** Row by row, between which others have their turns. */
function chattedSum(model: LoadedModel, batches: readonly Batch[], exclusive: Exclusive, signal: AbortSignal): Promise<number | null> {
  return withChatPrograms(model, async (programs) => {
    let sum = 0;
    for (const batch of batches) {
      for (let row = 0; row < batch.batch; row++) {
        sum += await exclusive(() => {
          stopIfCancelled(signal);
          return rowChatLoss(programs, batch, row);
        });
      }
    }
    return sum;
  });
}
