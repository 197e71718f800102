// How much memory a run takes, before the fact: the real trainer and the real decoder run on an engine that computes nothing and counts
// what it would allocate. Nothing here knows which graphs a step is made of.
import { Decoder } from "../../generate/decoder.ts";
import { DecoderPrograms } from "../../generate/decoder-programs.ts";
import type { QuantizationConfig } from "../../model/held-weights.ts";
import { plannedModel } from "../../model/planned-model.ts";
import { usableContext, type AppliedMethod } from "../../model/methods/method.ts";
import { parameterTotal } from "../../model/parameters.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { RunShape } from "../../protocol/budget-api.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import { createPlanningEngine } from "../../runtime/planning-engine.ts";
import { Trainer } from "../../train/trainer.ts";
import { blankStart, type Training } from "../../train/training.ts";
import { shapeTraining } from "./shape-training.ts";
import { fullBatch } from "../runs/step-time.ts";

export interface PlannedRun {
  readonly spec: ModelSpec;
  readonly provider: ExecutionProvider;
  readonly quantizationConfig: QuantizationConfig;
  /** Whether the engine has; WASM always. */
  readonly hasFloat16: boolean;
  readonly run: RunShape;
}

/** Bytes beside the weights, and the arithmetic. */
export interface RunPlan {
  readonly adapter: number;
  /** What the optimizer keeps, and the gradient. */
  readonly optimizer: number;
  /** All else that a step holds at its peak: kept inputs of layers, intermediates, copies, caches of buffers. */
  readonly activations: number;
  /** What a chat as long as a training sequence holds from token to token, and the weights that its programs have built in. */
  readonly cache: number;
  /** What the runtime takes before any model. */
  readonly runtime: number;
  /** What lies in the WASM heap of a step, and of a chat beside it; 0 on a GPU. */
  readonly heap: number;
  /** The largest buffer that a GPU has to give. */
  readonly largestBuffer: number;
  /** Multiplications of a step on one batch, forward, backward and update: see graph/multiply-adds.ts. */
  readonly multiplyAdds: number;
}

/** Later updates find what the first left in the runtime's caches. */
export const plannedUpdates = 3;

export async function planRun(planned: PlannedRun): Promise<RunPlan> {
  const { provider, hasFloat16, run } = planned;
  return planTraining(planned, shapeTraining({ ...planned, engine: { kind: provider, description: provider, hasFloat16 } }, run));
}

/** As {@link planRun}, of any training. */
export async function planTraining(
  {
    spec,
    provider,
    quantizationConfig,
    hasFloat16,
    run,
  }: Omit<PlannedRun, "run"> & { readonly run: Pick<RunShape, "batchSize" | "seqLength"> },
  training: Training,
): Promise<RunPlan> {
  const engine = createPlanningEngine(provider, hasFloat16);
  const model = plannedModel(engine, spec, quantizationConfig);
  const before = engine.memory();
  const { method } = training;
  const trainer = await Trainer.create(model, training, blankStart(training));
  const parameterBytes = 4 * (parameterTotal(method.layout) + parameterTotal(method.fixed));
  const kept = engine.memory().liveBytes - before.liveBytes - parameterBytes;
  // A gradient is as large as what it is of.
  const optimizer = kept + 4 * parameterTotal(method.layout);
  const full = fullBatch(spec, run, method);
  // Positions past a context are padding's, which a model that learns positions does not look up.
  const batch = { ...full, attention: new Uint8Array(full.ids.length) };
  for (let update = 0; update < plannedUpdates; update++) await trainer.update([batch], 0);
  const { allocatedBytes, runtimeBytes, heapBytes, largestBuffer } = engine.memory();
  const multiplyAdds = engine.multiplyAdds() / plannedUpdates;
  await trainer.dispose();
  const chat = planChat(model, method, run.seqLength);
  return {
    adapter: parameterBytes,
    optimizer,
    activations: allocatedBytes - before.allocatedBytes - parameterBytes - optimizer,
    cache: chat.cache + chat.builtIn,
    runtime: runtimeBytes,
    heap: heapBytes + chat.builtIn,
    largestBuffer,
    multiplyAdds,
  };
}

interface ChatPlan {
  /** Of tensors. */
  readonly cache: number;
  /** Of weights in programs, which stay in the heap while training goes on. */
  readonly builtIn: number;
}

function planChat(model: LoadedModel, method: AppliedMethod, tokens: number): ChatPlan {
  const liveBytes = (): number => model.engine.memory().liveBytes;
  const before = liveBytes();
  const programs = new DecoderPrograms(model, method);
  const decoder = new Decoder(programs, Math.min(tokens, usableContext(model.spec, method)), null);
  const cache = liveBytes() - before;
  decoder[Symbol.dispose]();
  return { cache, builtIn: programs.residents.builtInBytes(method) };
}
