// Answers questions about memory before the fact: finds the specification and the limits, loads nothing.
import { AtelierError } from "../base/errors.ts";
import type { ModelSource } from "../config/model-source.ts";
import { parseModelConfig } from "../model/architectures.ts";
import { heldBytes } from "../model/held-weights.ts";
import { parameterCount, type ModelSpec } from "../model/spec.ts";
import type { BudgetLimits, BudgetReport, MemoryProbe, ModelFileInfo } from "../protocol/budget-api.ts";
import type { BudgetRequest, ExecutionProvider } from "../protocol/engine-api.ts";
import { largestHeapBytes, probeGpu, probeHeap } from "../runtime/memory-probe.ts";
import { describeGpu } from "../runtime/gpu.ts";
import { requireJson, type ModelFiles } from "../sources/model-files.ts";
import { openModelFiles } from "../sources/open-model-files.ts";
import { estimateBudget } from "./budget.ts";
import { chooseProvider } from "./loaded.ts";
import { asFolder, type ModelFolder } from "./model-parts.ts";
import { proposeFit } from "./propose-fit.ts";

export class Budgets {
  /** What a GPU granted when it refused more. */
  #granted: number | null = null;

  /** @throws AtelierError `model/not-loaded`; of a model that is not loaded, what reading its config.json throws */
  async report(request: BudgetRequest, loaded: { readonly spec: ModelSpec } | undefined, signal: AbortSignal): Promise<BudgetReport> {
    const { source, token, listing } = request;
    if (source) {
      const files = await asFolder(await openModelFiles(source, { token, signal, listing }));
      return { ...(await this.#of(await specOf(files), request)), ...(files.listing ? { listing: files.listing } : {}) };
    }
    if (loaded) return this.#of(loaded.spec, request);
    throw new AtelierError("model/not-loaded");
  }

  /** @throws AtelierError naming the file or the key of config.json */
  async info(request: BudgetRequest & { readonly source: ModelSource }): Promise<ModelFileInfo> {
    const files = await asFolder(await openModelFiles(request.source, { token: request.token }));
    const spec = await specOf(files);
    const { engine, host } = heldBytes(spec, request);
    return {
      family: spec.family,
      parameters: parameterCount(spec),
      context: spec.contextLength,
      layers: spec.layers,
      bytes: { file: await weightFileBytes(files), engine, host },
      budget: await this.#of(spec, request),
    };
  }

  async probe(bytes: number, wish: ExecutionProvider | undefined): Promise<MemoryProbe> {
    const { provider } = await chooseProvider(wish);
    if (provider === "wasm") return probeHeap(bytes);
    const probe = await probeGpu(bytes);
    // What was refused is a limit; what was granted is none.
    this.#granted = probe.grantedBytes < probe.askedBytes ? probe.grantedBytes : null;
    return probe;
  }

  async #of(spec: ModelSpec, { quantization, quantizeHead, run, provider: wish }: BudgetRequest): Promise<BudgetReport> {
    const { provider } = await chooseProvider(wish);
    const subject = { spec, provider, holding: { quantization, quantizeHead: quantizeHead ?? false }, run };
    const budget = estimateBudget(subject, await this.#limits(provider));
    return { ...budget, proposals: proposeFit(subject, budget) };
  }

  async #limits(provider: ExecutionProvider): Promise<BudgetLimits> {
    if (provider === "wasm") return { memory: deviceMemory(), heap: largestHeapBytes, buffer: null };
    const gpu = await describeGpu();
    if ("reason" in gpu) return { memory: this.#granted, heap: null, buffer: null };
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.adapter.limits;
    return { memory: this.#granted, heap: null, buffer: Math.min(maxBufferSize, maxStorageBufferBindingSize) };
  }
}

async function specOf(files: ModelFiles): Promise<ModelSpec> {
  return parseModelConfig(await requireJson(files, "config.json"), files.name);
}

/** All files that hold weights; only their headers are read. */
async function weightFileBytes(folder: ModelFolder): Promise<number> {
  const { files } = await folder.weights();
  let bytes = 0;
  for (const file of files) if (!file.endsWith(".json")) bytes += (await folder.open(file))?.size ?? 0;
  return bytes;
}

/** Rounded by the browser; null where it does not say. */
function deviceMemory(): number | null {
  const gibibytes = (navigator as Navigator & { readonly deviceMemory?: number }).deviceMemory;
  return gibibytes === undefined ? null : gibibytes * 2 ** 30;
}
