// Whether what a run learned holds on the published weights: taught examples are asked again, on the weights that it was trained on
// and on the published ones, which are loaded beside them for as long as it takes. A figure is only given where those very weights
// were asked; otherwise the report says why there is none.
import { AtelierError, hintOf, messageOf } from "../../base/errors.ts";
import type { RunRecord } from "../../checkpoint/run-record.ts";
import { readData, readRecord } from "../../checkpoint/run-store.ts";
import { shapeOf } from "../../config/run-shape.ts";
import { isExact } from "../../config/quantizations.ts";
import { formOf, mostChecked } from "../../config/trained-on.ts";
import type { MethodStart } from "../../model/methods/method.ts";
import { usableContext } from "../../model/methods/method.ts";
import { applyMethod } from "../../model/methods/methods.ts";
import { uploadTuned } from "../../model/tuned-stages.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { BudgetLimits } from "../../protocol/budget-api.ts";
import type { ModelInfo } from "../../protocol/models-api.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import type { PublishedSource, TransferCount, TransferProgress, TransferReport, TransferSide } from "../../protocol/transfer-api.ts";
import { TensorOwner } from "../../runtime/tensor-owner.ts";
import { Network } from "../../train/network.ts";
import { sentences, words, type Text } from "../../words/message.ts";
import { isHeldAs, numbersOn, requireSameModel, storedCheckpoint } from "../chat/adapters.ts";
import { browserCache } from "../models/browser-cache.ts";
import { estimateBudget, type BudgetSubject } from "../models/budget.ts";
import { heldOf } from "../models/choose-quantization.ts";
import { engineLimits } from "../models/engine-limits.ts";
import type { Exclusive } from "../exclusive.ts";
import { macrotask } from "../listening.ts";
import { requireFiniteNumber } from "../chat/finite-results.ts";
import { LoadReport } from "../models/load-report.ts";
import { openModel, type Opened } from "../models/open-model.ts";
import { rightExamples, taughtExamples, type TaughtExamples } from "./taught-examples.ts";
import { stopIfCancelled } from "../stop-if-cancelled.ts";

export interface TransferParts {
  /** What is loaded. */
  readonly model: LoadedModel;
  readonly info: ModelInfo;
  readonly exclusive: Exclusive;
  readonly signal: AbortSignal;
  readonly tell: (progress: TransferProgress) => void;
}

/** What is asked, with which adapter. */
interface Question {
  readonly record: RunRecord;
  readonly numbers: MethodStart;
  readonly taught: TaughtExamples;
}

/** @throws AtelierError `run/other-model`, `transfer/nothing-taught`, `load/cancelled` */
export async function checkTransfer(runId: string, from: PublishedSource, parts: TransferParts): Promise<TransferReport> {
  const { model, info } = parts;
  const record = await readRecord(runId);
  requireSameModel(model, record);
  const numbers = await storedCheckpoint(model, record);
  const context = usableContext(model.spec, applyMethod(model.spec, record.config.method));
  const taught = taughtExamples(await readData<RunData>(runId), record.config.data, mostChecked, context);
  if (taught.count === 0) throw new AtelierError("transfer/nothing-taught");
  const question = { record, numbers, taught };
  const form = formOf({ ...model, form: info.held.form });
  const isSame = isExact(record.model.quantization);
  const trained = isSame ? null : await onTrained(question, form, parts);
  const published = isExact(model.quantization)
    ? await count(model, form, "published", question, parts)
    : await onPublished(question, from, parts);
  return { trained: trained ?? published, published, isSame };
}

async function onTrained(question: Question, form: Text, parts: TransferParts): Promise<TransferSide> {
  const { model } = question.record;
  if (isHeldAs(parts.model, model)) return count(parts.model, form, "trained", question, parts);
  return { why: words("transfer/held-otherwise", { loaded: form, trained: formOf(model) }) };
}

/** What hinders the published weights from being read or held is said; a check that was cancelled ends. */
async function onPublished(question: Question, from: PublishedSource, parts: TransferParts): Promise<TransferSide> {
  try {
    const { model, spec, chosen } = await parts.exclusive(() => openPublished(question, from, parts));
    try {
      if (model.fingerprint !== question.record.model.fingerprint)
        throw new AtelierError("transfer/other-weights", { name: question.record.model.name });
      const { form } = heldOf(spec, { quantization: "as-published" }, chosen);
      return await count(model, formOf({ ...model, form }), "published", question, parts);
    } finally {
      await parts.exclusive(() => Promise.resolve(model.dispose()));
    }
  } catch (error) {
    if (!(error instanceof AtelierError) || error.code === "load/cancelled") throw error;
    return { why: sentences([messageOf(error), hintOf(error)]) };
  }
}

/** Beside what is loaded, on the same engine. It may be read from a copy on this device; none is made of it. */
async function openPublished(
  { record, taught }: Question,
  from: PublishedSource,
  { model, info, signal, tell }: TransferParts,
): Promise<Opened> {
  const { engine } = model;
  const { source } = from;
  const { provider } = info;
  if (source.kind === "files" && source.files.length === 0) throw new AtelierError("transfer/files-gone", { name: info.name });
  const { limits } = await engineLimits(provider, null);
  const { hasFloat16 } = engine;
  const run = { ...shapeOf(record.config), ...largestShape(taught), accumulate: 1 };
  return openModel(
    { ...from, quantization: "as-published", tokenizerOptional: true, useCache: "read" },
    {
      engine,
      cache: await browserCache(),
      calibrations: null,
      holder: { provider, limits, hasFloat16 },
      requireRoom: (spec, quantizationConfig) =>
        requireRoomBeside(engine.memory().liveBytes, { spec, provider, quantizationConfig, hasFloat16, run }, limits),
      report: new LoadReport(({ fraction }) => tell({ stage: "reading", fraction })),
      signal,
    },
  );
}

function largestShape({ batches }: TaughtExamples): { readonly batchSize: number; readonly seqLength: number } {
  const [largest] = batches.map(({ batch }) => batch).toSorted((a, b) => b.batch * b.seq - a.batch * a.seq);
  return { batchSize: largest?.batch ?? 1, seqLength: largest?.seq ?? 1 };
}

/**
 * @param held bytes that the engine holds already
 * @param subject what is to come beside them; nothing is learned there, so that gradients and moments do not count, but in the heap, whose
 *   estimate is that of a whole step
 * @throws AtelierError `transfer/no-room`
 */
export async function requireRoomBeside(held: number, subject: BudgetSubject, limits: BudgetLimits): Promise<void> {
  const { parts, heapBytes, largestBuffer } = await estimateBudget(subject, limits);
  const { weights, adapter, activations, runtime } = parts;
  const needs = [
    [held + weights + adapter + activations + runtime, limits.memory],
    [heapBytes === 0 ? 0 : held + heapBytes, limits.heap],
    [largestBuffer, limits.buffer],
  ] as const;
  for (const [needed, room] of needs) if (room !== null && needed > room) throw new AtelierError("transfer/no-room", { needed, room });
}

/** Takes turns with chat, batch by batch. Nothing of it stays on the engine. */
async function count(
  model: LoadedModel,
  form: Text,
  stage: "trained" | "published",
  { record, numbers, taught }: Question,
  { exclusive, signal, tell }: TransferParts,
): Promise<TransferCount> {
  const method = applyMethod(model.spec, record.config.method);
  const network = new Network(model, method);
  using own = new TensorOwner(model.engine);
  try {
    tell({ stage, fraction: 0 });
    const tensors = await exclusive(async () => {
      const made = uploadTuned(own, method, await numbersOn(model, record, method, numbers));
      await model.engine.settled();
      return made;
    });
    const saysTheirs: (readonly boolean[])[] = [];
    for (const { batch } of taught.batches) {
      stopIfCancelled(signal);
      const { sum, isTop } = await exclusive(() => network.topLabels(batch, tensors));
      requireFiniteNumber("model/the-loss", sum);
      saysTheirs.push(isTop);
      tell({ stage, fraction: saysTheirs.length / taught.batches.length });
      await macrotask();
    }
    return { form, right: rightExamples(taught, saysTheirs), of: taught.count };
  } finally {
    await exclusive(() => network.dispose());
  }
}
