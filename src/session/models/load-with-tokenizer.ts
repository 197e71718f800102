// Loads a model onto an engine: the engine first, then the small files, then the weights. What fails leaves nothing behind.
import { targetNames } from "../../model/methods/targets.ts";
import { heldBytes } from "../../model/held-weights.ts";
import { parameterCount } from "../../model/spec.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import type { LoadProgress, LoadRequest, ModelInfo } from "../../protocol/models-api.ts";
import type { Engine } from "../../runtime/engine.ts";
import type { ModelFiles } from "../../sources/model-files.ts";
import { describeGpu } from "../../runtime/gpu.ts";
import type { Tokenizer } from "../../tokens/tokenizer.ts";
import { words, type Text, type Words } from "../../words/message.ts";
import { browserCache, browserCalibrations } from "./browser-cache.ts";
import { heldOf } from "./choose-quantization.ts";
import { engineLimits } from "./engine-limits.ts";
import { LoadReport } from "./load-report.ts";
import { openModel } from "./open-model.ts";
import { stopIfCancelled } from "../stop-if-cancelled.ts";

export interface Loaded {
  readonly engine: Engine;
  readonly model: LoadedModel;
  /** Null where the model has none and that was allowed. */
  readonly tokenizer: Tokenizer | null;
  /** Those that it was read from. */
  readonly files: ModelFiles;
  readonly info: ModelInfo;
}

/**
 * @param engineFor gives the engine of a provider; engines outlive models
 * @param signal ends the load, whatever it is at; nothing stays allocated
 * @throws AtelierError naming the file, tensor, key or engine; `load/cancelled`
 */
export async function loadWithTokenizer(
  request: LoadRequest,
  engineFor: (provider: ExecutionProvider) => Promise<Engine>,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<Loaded> {
  const report = new LoadReport(onProgress);
  report.stage("engine", 0, words("engine/starting"));
  const choice = await chooseProvider(request.provider);
  const engine = await engineFor(choice.provider);
  stopIfCancelled(signal);
  const { spec, tokenizer, model, chosen, unchecked, cache, files, ...named } = await openModel(request, {
    engine,
    cache: await browserCache(),
    calibrations: await browserCalibrations(),
    holder: { provider: choice.provider, limits: (await engineLimits(choice.provider, null)).limits, hasFloat16: engine.hasFloat16 },
    report,
    signal,
  });
  const info: ModelInfo = {
    name: named.name,
    source: request.source.kind,
    ...(named.commit === null ? {} : { commit: named.commit }),
    ...(named.listing ? { listing: named.listing } : {}),
    ...(unchecked.length > 0 ? { unchecked } : {}),
    family: spec.family,
    parameters: parameterCount(spec),
    layers: spec.layers,
    hiddenSize: spec.hiddenSize,
    vocabularySize: spec.vocabularySize,
    contextLength: spec.contextLength,
    targetModules: targetNames(spec),
    quantization: model.quantization,
    quantizeHead: model.quantizeHead,
    held: heldOf(spec, request, chosen),
    headBytes: headBytes(model),
    weightBytes: model.weightBytes,
    hasChatTemplate: tokenizer?.hasChatTemplate ?? false,
    ...(tokenizer ? { tokenizer: tokenizer.fingerprint } : {}),
    provider: choice.provider,
    ...(engine.isFallback ? { fallback: true } : {}),
    engineDescription: describe(engine, choice.why),
    ...(request.provider === undefined && choice.provider === "wasm" ? { saysWhyNotWebGpu: true } : {}),
    cache,
  };
  return { engine, model, tokenizer, files, info };
}

/** Table and head; on WASM a tied head is the table. */
function headBytes({ spec, quantizationConfig, engine }: LoadedModel): number {
  const { host, head } = heldBytes(spec, quantizationConfig, engine.hasFloat16);
  return engine.kind === "wasm" && spec.tiedHead ? head : host + head;
}

interface Choice {
  readonly provider: ExecutionProvider;
  /** Why it is WASM; null where it is not. */
  readonly why: Text | null;
}

/** A provider that was asked for is never replaced; where none is, it is WebGPU where there is an adapter. */
export async function chooseProvider(requested: ExecutionProvider | undefined): Promise<Choice> {
  if (requested) return { provider: requested, why: requested === "wasm" ? words("engine/as-chosen") : null };
  const gpu = await describeGpu();
  if ("reason" in gpu) return { provider: "wasm", why: gpu.reason };
  if (gpu.isFallback) return { provider: "wasm", why: words("engine/only-fallback", { adapter: gpu.name }) };
  return { provider: "webgpu", why: null };
}

function describe({ description }: Engine, why: Choice["why"]): Words {
  return why === null ? words("engine/webgpu", { adapter: description }) : words("engine/wasm", { threads: description, why });
}
