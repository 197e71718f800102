// Answers questions about memory before the fact: finds the specification and the limits, loads nothing.
import { AtelierError } from "../../base/errors.ts";
import type { ModelSource } from "../../config/model-source.ts";
import { makesModel, type NewModelShape } from "../../config/new-model.ts";
import { parseModelConfig } from "../../model/architectures.ts";
import { withFullNames } from "../../model/check-tensors.ts";
import type { PublishedForm } from "../../model/held-weights.ts";
import { parameterCount, type ModelSpec } from "../../model/spec.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { BudgetReport, MemoryProbe, ModelFileInfo } from "../../protocol/budget-api.ts";
import type { BudgetRequest } from "../../protocol/models-api.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import { probeGpu, probeHeap } from "../../runtime/memory-probe.ts";
import { requireJson, type ModelFiles } from "../../sources/model-files.ts";
import { openModelFiles } from "../../sources/open-model-files.ts";
import { estimateBudget } from "./budget.ts";
import { chooseQuantization, heldOf } from "./choose-quantization.ts";
import { engineLimits } from "./engine-limits.ts";
import { chooseProvider } from "./load-with-tokenizer.ts";
import { asFolder, type ModelFolder } from "./model-parts.ts";
import { newModelSpec } from "./new-model.ts";
import { proposeFit } from "./propose-fit.ts";

export class Budgets {
  /** What a GPU granted when it refused more. */
  #granted: number | null = null;

  /** @throws AtelierError `model/not-loaded`; of a model that is not loaded, what reading its config.json throws */
  async report(
    request: BudgetRequest,
    loaded: Pick<LoadedModel, "spec" | "quantizationConfig"> | undefined,
    signal: AbortSignal,
  ): Promise<BudgetReport> {
    const { source, token, listing, run } = request;
    // What is loaded makes way for the new model, whose weights are not rounded.
    if (!source && makesModel(run.method))
      return this.#of(newSized(run.method, loaded), { ...request, quantization: "none", quantizeHead: false });
    if (source) {
      const files = await asFolder(await openModelFiles(source, { token, signal, listing }));
      return { ...(await this.#of(await sizedOf(files, request), request)), ...(files.listing ? { listing: files.listing } : {}) };
    }
    if (loaded)
      return this.#of({ spec: loaded.spec, published: new Map(Object.entries(loaded.quantizationConfig.published ?? {})) }, request);
    throw new AtelierError("model/not-loaded");
  }

  /** @throws AtelierError naming the file or the key of config.json */
  async info(request: BudgetRequest & { readonly source: ModelSource }): Promise<ModelFileInfo> {
    const files = await asFolder(await openModelFiles(request.source, { token: request.token }));
    const sized = await sizedOf(files, request);
    const { spec } = sized;
    const budget = await this.#of(sized, request);
    return {
      family: spec.family,
      parameters: parameterCount(spec),
      context: spec.contextLength,
      layers: spec.layers,
      bytes: { file: await weightFileBytes(files), engine: budget.parts.weights, host: budget.hostBytes },
      held: budget.held,
      budget,
    };
  }

  async probe(bytes: number, requested: ExecutionProvider | undefined): Promise<MemoryProbe> {
    const { provider } = await chooseProvider(requested);
    if (provider === "wasm") return probeHeap(bytes);
    const probe = await probeGpu(bytes);
    // What was refused is a limit; what was granted is none.
    this.#granted = probe.grantedBytes < probe.askedBytes ? probe.grantedBytes : null;
    return probe;
  }

  async #of({ spec, published }: Sized, request: BudgetRequest): Promise<BudgetReport> {
    const { provider } = await chooseProvider(request.provider);
    const holder = { provider, ...(await engineLimits(provider, this.#granted)) };
    const chosen = await chooseQuantization(request, spec, published, holder);
    const subject = { spec, provider, quantizationConfig: chosen.quantizationConfig, hasFloat16: holder.hasFloat16, run: request.run };
    const budget = await estimateBudget(subject, holder.limits);
    return { ...budget, proposals: await proposeFit(subject, budget), held: heldOf(spec, request, chosen) };
  }
}

/** What decides how much memory a model takes. */
interface Sized {
  readonly spec: ModelSpec;
  readonly published: ReadonlyMap<string, PublishedForm> | undefined;
}

/** Of a new model. @throws AtelierError `model/not-loaded` where it is to have the tokenizer of the loaded one */
function newSized(shape: NewModelShape, loaded: Pick<LoadedModel, "spec"> | undefined): Sized {
  const vocabulary = shape.vocabulary === 0 ? loaded?.spec.vocabularySize : shape.vocabulary;
  if (vocabulary === undefined) throw new AtelierError("model/not-loaded");
  return { spec: newModelSpec(shape, vocabulary), published: undefined };
}

/** Of a model that is not loaded, what its small parts and the headers of its weights say. */
async function sizedOf(folder: ModelFolder, { quantization }: BudgetRequest): Promise<Sized> {
  const spec = await specOf(folder);
  const mayBePublished = (quantization === "auto" || quantization === "as-published") && (await folder.mayBeQuantized());
  return { spec, published: mayBePublished ? withFullNames(spec, (await folder.weights()).reader).published : undefined };
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
