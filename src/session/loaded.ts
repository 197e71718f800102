// Loads a model onto an engine: the engine first, then the small files, then the weights. What fails leaves nothing behind.
import { targetNames } from "../model/adapter-layout.ts";
import { parseModelConfig } from "../model/architectures.ts";
import { heldBytes } from "../model/held-weights.ts";
import { parameterCount, type ModelSpec } from "../model/spec.ts";
import type { TensorReader } from "../model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../model/weights.ts";
import type { ExecutionProvider, LoadProgress, LoadRequest, ModelInfo } from "../protocol/engine-api.ts";
import type { Engine } from "../runtime/engine.ts";
import { describeGpu } from "../runtime/ort-engine.ts";
import type { ModelFiles } from "../sources/model-files.ts";
import { openModelFiles } from "../sources/open-model-files.ts";
import { cancelled } from "../sources/source-error.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import { macrotask } from "./exclusive.ts";
import { LoadReport } from "./load-report.ts";
import { openModelParts } from "./model-parts.ts";

export interface Loaded {
  readonly engine: Engine;
  readonly model: LoadedModel;
  /** Null where the model has none and that was allowed. */
  readonly tokenizer: Tokenizer | null;
  readonly info: ModelInfo;
}

/**
 * @param engineFor gives the engine of a provider; engines outlive models
 * @param signal ends the load, whatever it is at; nothing stays allocated
 * @throws AtelierError naming the file, tensor, key or engine; `load/cancelled`
 */
export async function loadSession(
  request: LoadRequest,
  engineFor: (provider: ExecutionProvider) => Promise<Engine>,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Loaded> {
  const report = new LoadReport(onProgress);
  report.stage("engine", 0, "Starting the engine");
  const choice = await chooseProvider(request.provider);
  const engine = await engineFor(choice.provider);
  stopIfCancelled(signal);
  report.stage("tokenizer", 0.05, "Reading the tokenizer");
  const files = await openModelFiles(request.source, { token: request.token, signal, onDownload: report.download });
  const parts = await openModelParts(files);
  const spec = parseModelConfig(parts.config);
  const tokenizer = request.tokenizerOptional && !parts.hasTokenizer ? null : await parts.tokenizer();
  report.stage("weights", 0.1, "Reading the weights");
  const reader = cancellable(await parts.weights(), signal);
  const model = await loadModel(engine, spec, reader, {
    quantization: request.quantization,
    quantizeHead: request.quantizeHead,
    onProgress: (fraction, tensor) => report.tensors(fraction, tensor),
  });
  const unchecked = await finishChecks(files, model, signal);
  const info: ModelInfo = {
    name: files.name,
    source: request.source.kind,
    ...(files.commit === null ? {} : { commit: files.commit }),
    ...(unchecked.length > 0 ? { unchecked } : {}),
    family: spec.family,
    parameters: parameterCount(spec),
    layers: spec.layers,
    hiddenSize: spec.hiddenSize,
    vocabularySize: spec.vocabularySize,
    contextLength: spec.contextLength,
    targetModules: targetNames(spec),
    quantization: request.quantization,
    quantizeHead: request.quantizeHead ?? false,
    headBytes: headBytes(spec, request, engine),
    weightBytes: model.weightBytes,
    hasChatTemplate: tokenizer?.hasChatTemplate ?? false,
    provider: choice.provider,
    engineDescription: describe(engine, choice.why),
  };
  return { engine, model, tokenizer, info };
}

/** Table and head; on WASM a tied head is the table. */
function headBytes(spec: ModelSpec, request: LoadRequest, engine: Engine): number {
  const { host, head } = heldBytes(spec, request);
  return engine.kind === "wasm" && spec.tiedHead ? head : host + head;
}

/** Weights that turn out to be damaged are let go again. */
async function finishChecks(files: ModelFiles, model: LoadedModel, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const unchecked = await files.finishChecks();
    stopIfCancelled(signal);
    return unchecked;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function cancellable(reader: TensorReader, signal: AbortSignal): TensorReader {
  return {
    shapes: reader.shapes,
    read: async (...range) => {
      // Preparing a tensor may take long, and reading a local file leaves no time for the call that cancels.
      await macrotask();
      stopIfCancelled(signal);
      return reader.read(...range);
    },
  };
}

function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

/** A provider that was asked for is never replaced; without a wish it is WebGPU where there is an adapter. */
export async function chooseProvider(wish: ExecutionProvider | undefined): Promise<{ provider: ExecutionProvider; why: string }> {
  if (wish) return { provider: wish, why: wish === "wasm" ? "as chosen" : "" };
  const gpu = await describeGpu();
  if ("reason" in gpu) return { provider: "wasm", why: gpu.reason };
  if (gpu.adapter.info.isFallbackAdapter)
    return { provider: "wasm", why: `the only WebGPU adapter, ${gpu.name}, computes on the CPU and is slower` };
  return { provider: "webgpu", why: "" };
}

function describe(engine: Engine, why: string): string {
  return engine.kind === "webgpu" ? `WebGPU on ${engine.description}` : `WASM on CPU, ${engine.description}${why ? ` (${why})` : ""}`;
}
