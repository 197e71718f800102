// Loads a model onto an engine: the engine first, then the small files, then the weights. What fails leaves nothing behind.
import { AtelierError } from "../base/errors.ts";
import { openSafetensors, readTensor } from "../interchange/safetensors.ts";
import { parseModelConfig } from "../model/architectures.ts";
import { heldBytes } from "../model/held-weights.ts";
import { parameterCount, type ModelSpec } from "../model/spec.ts";
import type { TensorReader } from "../model/prepare-weights.ts";
import { loadModel, type LoadedModel } from "../model/weights.ts";
import type { ExecutionProvider, LoadProgress, LoadRequest, ModelInfo } from "../protocol/engine-api.ts";
import type { Engine } from "../runtime/engine.ts";
import { describeGpu } from "../runtime/ort-engine.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import { modelFiles, requireFile, requireJson, type ModelFiles } from "./model-files.ts";
import { openModelTokenizer } from "./open-tokenizer.ts";

export interface Loaded {
  readonly engine: Engine;
  readonly model: LoadedModel;
  /** Null where the model has none and that was allowed. */
  readonly tokenizer: Tokenizer | null;
  readonly info: ModelInfo;
}

/**
 * @param engineFor gives the engine of a provider; engines outlive models
 * @throws AtelierError naming the file, tensor, key or engine
 */
export async function loadSession(
  request: LoadRequest,
  engineFor: (provider: ExecutionProvider) => Promise<Engine>,
  onProgress: (progress: LoadProgress) => void,
): Promise<Loaded> {
  const report = (stage: LoadProgress["stage"], fraction: number, detail: string): void => onProgress({ stage, fraction, detail });
  report("engine", 0, "Starting the engine");
  const choice = await chooseProvider(request.provider);
  const engine = await engineFor(choice.provider);
  const files = modelFiles(request.source);
  report("tokenizer", 0.05, "Reading the tokenizer");
  const spec = parseModelConfig(await requireJson(files, "config.json"));
  const tokenizer = request.tokenizerOptional && !(await files.open("tokenizer.json")) ? null : await openModelTokenizer(files);
  const reader = await openWeights(files, (fraction) => report("download", 0.1 + 0.4 * fraction, "Reading model.safetensors"));
  const model = await loadModel(engine, spec, reader, {
    quantization: request.quantization,
    quantizeHead: request.quantizeHead,
    onProgress: (fraction, tensor) => report("weights", 0.5 + 0.5 * fraction, tensor),
  });
  const info: ModelInfo = {
    name: files.name,
    source: request.source.kind,
    family: spec.family,
    parameters: parameterCount(spec),
    layers: spec.layers,
    hiddenSize: spec.hiddenSize,
    vocabularySize: spec.vocabularySize,
    contextLength: spec.contextLength,
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

async function openWeights(files: ModelFiles, onProgress: (fraction: number) => void): Promise<TensorReader> {
  if (await files.open("model.safetensors.index.json")) {
    throw new AtelierError(
      "model/unsupported-feature",
      `${files.name} is stored in several shards.`,
      "Use a model that is one model.safetensors file.",
    );
  }
  const file = await openSafetensors(await requireFile(files, "model.safetensors", onProgress));
  return {
    shapes: new Map([...file.tensors].map(([name, { shape }]) => [name, shape])),
    read: (...range) => readTensor(file, ...range),
  };
}
