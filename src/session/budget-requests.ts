// Answers questions about memory before the fact: finds the specification and the limits, asks nothing of the engine.
import { openSafetensors } from "../interchange/safetensors.ts";
import { parseModelConfig } from "../model/architectures.ts";
import { parameterCount, type ModelSpec } from "../model/spec.ts";
import { weightBytes } from "../model/weight-bytes.ts";
import type { BudgetLimits, BudgetReport, ModelFileInfo } from "../protocol/budget-api.ts";
import type { BudgetRequest, ExecutionProvider, ModelSource } from "../protocol/engine-api.ts";
import { describeGpu } from "../runtime/ort-engine.ts";
import { largestHeapBytes } from "../runtime/memory-probe.ts";
import { estimateBudget } from "./budget.ts";
import { chooseProvider } from "./loaded.ts";
import { modelFiles, requireFile, requireJson } from "./model-files.ts";
import { proposeFit } from "./propose-fit.ts";

/** @param granted bytes that a GPU is known to grant, from an earlier probe */
export async function budgetReport(spec: ModelSpec, request: BudgetRequest, granted: number | null): Promise<BudgetReport> {
  const { provider } = await chooseProvider(request.provider);
  const { quantization, run } = request;
  const subject = { spec, provider, quantization, run };
  const budget = estimateBudget(subject, await limitsOf(provider, granted));
  return { ...budget, proposals: proposeFit(subject, budget) };
}

/** @throws AtelierError naming the file or the key of config.json */
export async function specOf(source: ModelSource): Promise<ModelSpec> {
  return parseModelConfig(await requireJson(modelFiles(source), "config.json"));
}

/** @throws AtelierError as {@link specOf}, and what opening the weights' header throws */
export async function modelFileInfo(request: BudgetRequest & { readonly source: ModelSource }): Promise<ModelFileInfo> {
  const files = modelFiles(request.source);
  const spec = await specOf(request.source);
  const { source } = await openSafetensors(await requireFile(files, "model.safetensors"));
  const { engine, host } = weightBytes(spec, request.quantization);
  return {
    family: spec.family,
    parameters: parameterCount(spec),
    context: spec.contextLength,
    layers: spec.layers,
    bytes: { file: source.size, engine, host },
    budget: await budgetReport(spec, request, null),
  };
}

async function limitsOf(provider: ExecutionProvider, granted: number | null): Promise<BudgetLimits> {
  if (provider === "wasm") return { memory: deviceMemory(), heap: largestHeapBytes, buffer: null };
  const gpu = await describeGpu();
  if ("reason" in gpu) return { memory: granted, heap: null, buffer: null };
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.adapter.limits;
  return { memory: granted, heap: null, buffer: Math.min(maxBufferSize, maxStorageBufferBindingSize) };
}

/** Rounded by the browser; null where it does not say. */
function deviceMemory(): number | null {
  const gibibytes = (navigator as Navigator & { readonly deviceMemory?: number }).deviceMemory;
  return gibibytes === undefined ? null : gibibytes * 2 ** 30;
}
