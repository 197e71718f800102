// Looks into a model without changing anything: logits, loss and gradients, as scripts and checks ask for them. In float32, whatever the
// precision of a run: so it can be looked at on every engine.
import { seededRandom } from "../../base/random.ts";
import { readData, readRecord } from "../../checkpoint/run-store.ts";
import type { RunConfig } from "../../config/run-config.ts";
import { encodeSafetensors } from "../../interchange/safetensors.ts";
import { groupTensors } from "../../interchange/adapter-tensors.ts";
import { baseNumbers } from "../../model/base-numbers.ts";
import { parameterName } from "../../model/methods/peft-names.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { EngineApi } from "../../protocol/engine-api.ts";
import type { LossOf, LossResult } from "../../protocol/diagnostics-api.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { disposeAll, readFloats } from "../../runtime/engine.ts";
import type { Batch } from "../../tokens/batch.ts";
import { wholeRow } from "../../tokens/batches.ts";
import { Network } from "../../train/network.ts";
import { makeTraining } from "../../train/make-training.ts";
import { Trainer } from "../../train/trainer.ts";
import { freshSnapshot, type Training, type TrainerSnapshot } from "../../train/training.ts";
import { requireSameModel, storedCheckpoint, type AppliedAdapter } from "../chat/adapters.ts";
import type { Loaded } from "../models/load-with-tokenizer.ts";
import { trainingBatches } from "../runs/batch-source.ts";
import { requireFittingBase, requireBatchWithinContext } from "../runs/run-checks.ts";
import { requireFiniteLogits, requireFiniteNumber } from "../chat/finite-results.ts";
import { requirePrompt } from "../chat/generation.ts";

/** Logits after the last id, [vocabulary]. */
export async function lastLogits(model: LoadedModel, { method, tensors }: AppliedAdapter, ids: readonly number[]): Promise<Float32Array> {
  requirePrompt(ids);
  const network = new Network(model, method);
  try {
    const logits = await network.logits(wholeRow(Int32Array.from(ids)), Int32Array.of(ids.length - 1), tensors);
    requireFiniteLogits(logits, method !== null);
    return logits;
  } finally {
    await network.dispose();
  }
}

/** Mean loss of the base model; there is no adapter, so there is no gradient. */
export async function baseLoss(model: LoadedModel, batch: Batch): Promise<LossResult> {
  const network = new Network(model, null);
  try {
    const logProbs = await network.logProbs(batch, null);
    const sum = logProbs.reduce((total, logProb) => total - logProb, 0);
    return { loss: requireFiniteNumber("model/the-loss", sum / logProbs.length), tokenCount: logProbs.length, gradNorm: null };
  } finally {
    await network.dispose();
  }
}

/** Mean loss with a run's adapter over its own training data. */
export async function trainingLoss(model: LoadedModel, runId: string): Promise<number> {
  const [record, data] = [await readRecord(runId), await readData<RunData>(runId)];
  requireSameModel(model, record);
  const trainer = await Trainer.create(model, exactTraining(model, record.config), await storedCheckpoint(model, record));
  try {
    return requireFiniteNumber("model/the-training-loss", await trainer.evaluate(trainingBatches(data, record.config.data)));
  } finally {
    await trainer.dispose();
  }
}

/** Mean loss, and gradients as a safetensors file where asked for: of the base there are none. */
export async function lossOf(loaded: Loaded, of: LossOf, batch: Batch, wantGradients: boolean): ReturnType<EngineApi["loss"]> {
  const { model } = loaded;
  if (of === null) return baseLoss(model, batch);
  const { training, snapshot } = typeof of === "string" ? await storedState(model, of) : await firstState(loaded, of, batch);
  return gradientLoss(model, training, snapshot, batch, wantGradients);
}

interface TrainingState {
  readonly training: Training;
  readonly snapshot: TrainerSnapshot;
}

async function storedState(model: LoadedModel, runId: string): Promise<TrainingState> {
  const record = await readRecord(runId);
  requireSameModel(model, record);
  const training = exactTraining(model, record.config);
  return { training, snapshot: freshSnapshot(training, await storedCheckpoint(model, record)) };
}

function exactTraining({ spec }: LoadedModel, config: RunConfig): Training {
  return { ...makeTraining(spec, config), precision: "float32" };
}

/** Where a run would begin. @throws AtelierError `config/invalid`, `data/too-long` */
async function firstState({ model, tokenizer }: Loaded, config: RunConfig, batch: Batch): Promise<TrainingState> {
  const training = exactTraining(model, config);
  const { method } = training;
  requireFittingBase(method, model);
  requireBatchWithinContext(batch, model.spec, method);
  const context = tokenizer ? { encode: (text: string) => tokenizer.encodeText(text) } : {};
  const start = await method.start(baseNumbers(model), seededRandom(config.data.seed), context);
  return { training, snapshot: freshSnapshot(training, start) };
}

async function gradientLoss(
  model: LoadedModel,
  training: Training,
  snapshot: TrainerSnapshot,
  batch: Batch,
  wantGradients: boolean,
): ReturnType<EngineApi["loss"]> {
  const trainer = await Trainer.create(model, training, snapshot);
  try {
    const { loss, count, gradNorm, gradient } = await trainer.gradient([batch], "evaluation");
    const vectors: Record<string, Float32Array> = {};
    try {
      for (const [group, tensor] of Object.entries(gradient)) vectors[group] = (await readFloats(model.engine, tensor)).slice();
    } finally {
      disposeAll(gradient);
    }
    const named = () => groupTensors(training.method.layout, vectors).map((tensor) => ({ ...tensor, name: parameterName(tensor.name) }));
    return {
      loss: requireFiniteNumber("model/the-loss", loss),
      tokenCount: count,
      gradNorm: requireFiniteNumber("model/the-gradient-norm", gradNorm),
      ...(wantGradients ? { gradients: encodeSafetensors(named()) } : {}),
    };
  } finally {
    await trainer.dispose();
  }
}
