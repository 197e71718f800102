// Looks into a model without changing anything: logits, loss and gradients, as scripts and checks ask for them.
import { readData, readRecord } from "../checkpoint/run-store.ts";
import { encodeSafetensors } from "../interchange/safetensors.ts";
import { peftTensors } from "../interchange/peft.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { EngineApi, LossResult, RunData } from "../protocol/engine-api.ts";
import { readVectors } from "../runtime/engine.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import type { Batch } from "../tokens/batch.ts";
import { wholeRow } from "../tokens/batches.ts";
import { Network } from "../train/network.ts";
import { freshSnapshot, Trainer } from "../train/trainer.ts";
import { layoutOf, requireSameModel, storedCheckpoint, type AppliedAdapter } from "./adapters.ts";
import { trainingBatches } from "./batch-source.ts";
import { requireFiniteLogits, requireFiniteNumber } from "./finite-results.ts";
import { requirePrompt } from "./generation.ts";

/** Logits after the last id, [vocabulary]. */
export async function lastLogits(model: LoadedModel, { layout, vectors }: AppliedAdapter, ids: readonly number[]): Promise<Float32Array> {
  requirePrompt(ids);
  const network = new Network(model, layout);
  try {
    const logits = await network.logits(wholeRow(Int32Array.from(ids)), Int32Array.of(ids.length - 1), vectors);
    requireFiniteLogits(logits, layout !== null);
    return logits;
  } finally {
    await network.dispose();
  }
}

/** Mean loss of the base model; there is no adapter, so there is no gradient. */
export async function baseLoss(model: LoadedModel, batch: Batch): Promise<LossResult> {
  const network = new Network(model, null);
  try {
    const { sum, count } = await network.loss(batch, null);
    return { loss: requireFiniteNumber("model/the-loss", sum / count), tokenCount: count, gradNorm: null };
  } finally {
    await network.dispose();
  }
}

/** Mean loss with a run's adapter over its own training data. */
export async function trainingLoss(model: LoadedModel, runId: string): Promise<number> {
  const [record, data] = [await readRecord(runId), await readData<RunData>(runId)];
  requireSameModel(model, record);
  const trainer = await Trainer.create(model, layoutOf(model, record), await storedCheckpoint(model, record));
  try {
    return requireFiniteNumber("model/the-training-loss", await trainer.evaluate(trainingBatches(data, record.config.data)));
  } finally {
    await trainer.dispose();
  }
}

/** Mean loss with a run's adapter, and its gradients as a safetensors file under PEFT names where asked for. */
export async function adapterLoss(model: LoadedModel, runId: string, batch: Batch, wantGradients: boolean): ReturnType<EngineApi["loss"]> {
  const record = await readRecord(runId);
  requireSameModel(model, record);
  const { adapter } = await storedCheckpoint(model, record);
  const layout = layoutOf(model, record);
  const trainer = await Trainer.create(model, layout, freshSnapshot(adapter));
  try {
    const { loss, tokenCount, gradNorm, gradient } = await trainer.gradient([batch]);
    using own = new TensorOwner(model.engine);
    const layers = await readVectors(
      model.engine,
      gradient.map((vector) => own.own(vector)),
    );
    return {
      loss: requireFiniteNumber("model/the-loss", loss),
      tokenCount,
      gradNorm: requireFiniteNumber("model/the-gradient-norm", gradNorm),
      ...(wantGradients ? { gradients: encodeSafetensors(peftTensors(model.spec, layout, layers)) } : {}),
    };
  } finally {
    await trainer.dispose();
  }
}
