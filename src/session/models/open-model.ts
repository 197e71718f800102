// A model onto an engine from the copy on this device where there is one, else from its source, storing a copy on the way.
// Which of them it was, and what went wrong with a copy, is always said.
import { AtelierError, messageOf } from "../../base/errors.ts";
import { parseModelConfig } from "../../model/architectures.ts";
import { needsTexts } from "../../config/quantizations.ts";
import { withFullNames } from "../../model/check-tensors.ts";
import { heldBytes, type QuantizationConfig } from "../../model/held-weights.ts";
import { prepareWeights } from "../../model/prepare-weights.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { TensorReader } from "../../model/tensor-reader.ts";
import { placeModel, type LoadedModel } from "../../model/weights.ts";
import type { CacheState, LoadRequest } from "../../protocol/models-api.ts";
import type { Engine } from "../../runtime/engine.ts";
import { requireJson, type ModelFiles } from "../../sources/model-files.ts";
import type { HubListing } from "../../sources/hub-listing.ts";
import { openModelFiles } from "../../sources/open-model-files.ts";
import { words, type Words } from "../../words/message.ts";
import { entryId, hubKey, sourceKey, type CacheManifest, type SourceKey } from "./cache-manifest.ts";
import type { Calibrations } from "./calibrated-source.ts";
import { chooseQuantization, type ChosenQuantization, type Holder } from "./choose-quantization.ts";
import { macrotask } from "../listening.ts";
import type { LoadReport } from "./load-report.ts";
import type { ModelCache } from "./model-cache.ts";
import { stopIfCancelled } from "../stop-if-cancelled.ts";
import { asFolder, openModelTokenizer, type ModelTokenizer } from "./model-parts.ts";

/** Most weights are rounded without texts. */
export const calibration = () => import("./calibrated-source.ts");

export interface Opened {
  readonly name: string;
  readonly commit: string | null;
  readonly listing?: HubListing | undefined;
  /** Those that it was read from: its source's, or its copy's. */
  readonly files: ModelFiles;
  readonly chosen: ChosenQuantization;
  readonly spec: ModelSpec;
  readonly tokenizer: ModelTokenizer | null;
  readonly model: LoadedModel;
  readonly unchecked: readonly string[];
  readonly cache: CacheState;
}

export interface OpenParts {
  readonly engine: Engine;
  /** Null where nothing can be stored. */
  readonly cache: ModelCache | null;
  readonly calibrations: Calibrations | null;
  /** What decides about the form where the request leaves it open. */
  readonly holder: Holder;
  /** Throws where there is no room for it; called before any weight is read. */
  readonly requireRoom?: (spec: ModelSpec, quantizationConfig: QuantizationConfig) => Promise<void>;
  readonly report: LoadReport;
  readonly signal: AbortSignal;
}

/** @throws AtelierError naming the file, tensor, key or engine; `load/cancelled`; `cache/missing` */
export async function openModel(request: LoadRequest, parts: OpenParts): Promise<Opened> {
  const cache = request.useCache === false ? null : parts.cache;
  if (!cache) return fromSource(request, parts, words(request.useCache === false ? "cache/not-asked" : "cache/no-files"));
  const known = await knownCopy(request, cache);
  const found = known ? await fromCopy(known, request, cache, parts) : null;
  if (found && "model" in found) return found;
  try {
    return await fromSource(request, { ...parts, cache }, found?.damage);
  } catch (error) {
    const copy = isUnreachable(error) ? await cache.newest(request.source, request) : null;
    if (!copy) throw error;
    const reason = words("cache/offline", { at: copy.createdAt });
    parts.report.stage("weights", 0.1, reason);
    const opened = await fromCopy(copy, request, cache, parts, { reason });
    if ("model" in opened) return opened;
    throw error;
  }
}

/** The copy that is named, or that of a commit that is named: nothing has to be asked for them. */
async function knownCopy({ cached, source, ...requested }: LoadRequest, cache: ModelCache): Promise<CacheManifest | null> {
  if (cached !== undefined) {
    const manifest = await cache.usable(cached);
    if (manifest) return manifest;
    throw new AtelierError("cache/missing");
  }
  return source.kind === "hub" && source.commit !== undefined ? cache.find(hubKey(source, source.commit), requested) : null;
}

const isUnreachable = (error: unknown): boolean =>
  error instanceof AtelierError && (error.code === "model/offline" || error.code === "model/download-failed");

/** @returns damage: why the copy could not be read; a damaged one is deleted */
async function fromCopy(
  manifest: CacheManifest,
  request: LoadRequest,
  cache: ModelCache,
  { engine, report, signal, requireRoom }: OpenParts,
  { reason, why = manifest.chosen }: { readonly reason?: Words; readonly why?: Words | undefined } = {},
): Promise<Opened | { readonly damage: Words }> {
  const { id, name, commit, quantization, quantizeHead, published, inEightBits } = manifest;
  const quantizationConfig = { quantization, quantizeHead, published, inEightBits };
  const chosen = { quantizationConfig, ...(why && request.quantization === "auto" ? { reason: why } : {}) };
  try {
    return await cache.reading(id, async () => {
      report.stage("weights", 0.1, reason ?? words("session/reading-copy"));
      const files = cache.files(manifest);
      const { spec, tokenizer } = await readSmallFiles(files, request);
      await requireRoom?.(spec, quantizationConfig);
      const prepared = cache.open(manifest, (fraction, tensor) => {
        stopIfCancelled(signal);
        report.tensors(fraction, tensor);
      });
      const model = await placeModel(engine, spec, quantizationConfig, prepared);
      await letGoIfFailing(model, () => cache.touch(manifest, chosen.reason));
      const state: CacheState = { state: "from-cache", id, ...(reason === undefined ? {} : { reason }) };
      return { name, commit, files, chosen, spec, tokenizer, model, unchecked: [], cache: state };
    });
  } catch (error) {
    if (!(error instanceof AtelierError) || (error.code !== "cache/damaged" && error.code !== "cache/in-use")) throw error;
    const isDamaged = error.code === "cache/damaged";
    if (isDamaged) await cache.delete(id);
    const { source } = request;
    if (source.kind === "files" && source.files.length === 0) throw error;
    if (!isDamaged) return { damage: messageOf(error) };
    const damage = words("cache/deleted", { what: messageOf(error) });
    report.stage("weights", 0.1, damage);
    return { damage };
  }
}

/** @param note why there is no cache, or what became of an older copy */
async function fromSource(request: LoadRequest, parts: OpenParts, note?: Words): Promise<Opened> {
  const { report, signal } = parts;
  const cache = request.useCache === false ? null : parts.cache;
  report.stage("tokenizer", 0.05, words("session/reading-tokenizer"));
  const { source, token, listing } = request;
  const files = await asFolder(await openModelFiles(source, { token, listing, signal, onDownload: report.download }));
  let damage = note;
  const tryCopy = async (
    key: Source["key"],
    { quantizationConfig, reason: why }: Partial<ChosenQuantization> = {},
  ): Promise<Opened | null> => {
    const copy = cache && "key" in key ? await cache.find(key.key, quantizationConfig ?? request) : null;
    const found = copy && cache ? await fromCopy(copy, request, cache, parts, { why }) : null;
    if (found && "damage" in found) damage = found.damage;
    return found && "model" in found ? found : null;
  };
  const atOnce = source.kind === "hub" ? await tryCopy(await sourceKey(source, files, [], request.quantization)) : null;
  if (atOnce) return atOnce;
  const small = await readSmallFiles(files, request);
  report.stage("weights", 0.1, damage ?? words("session/reading-weights"));
  const { reader: asStored, files: weightFiles } = await files.weights();
  const reader = withFullNames(small.spec, asStored);
  const key = cache ? await sourceKey(source, files, weightFiles, request.quantization) : { reason: note };
  const chosen = await chooseQuantization(request, small.spec, reader.published, parts.holder);
  await parts.requireRoom?.(small.spec, chosen.quantizationConfig);
  const later = source.kind === "hub" && request.quantization !== "auto" ? null : await tryCopy(key, chosen);
  if (later) return later;
  const plain = { files, ...small, reader: cancellable(reader, signal), key, chosen, damage };
  if (!needsTexts(request.quantization)) return prepareAndStore(request, { ...parts, cache }, plain);
  const { calibratedSource } = await calibration();
  await using calibrated = await calibratedSource(request, parts, { ...plain, key: "key" in key ? key.key : null });
  const opened = await prepareAndStore(request, { ...parts, cache }, { ...plain, reader: calibrated.reader, chosen: calibrated.chosen });
  // Where it could not be stored, its layers are still worth keeping.
  if (opened.cache.state === "stored") await calibrated.drop();
  return opened;
}

interface Source {
  readonly files: ModelFiles;
  readonly spec: ModelSpec;
  readonly tokenizer: ModelTokenizer | null;
  readonly reader: TensorReader;
  readonly chosen: ChosenQuantization;
  readonly key: SourceKey | { readonly reason: Words | undefined };
  readonly damage: Words | undefined;
}

async function prepareAndStore(request: LoadRequest, parts: OpenParts, source: Source): Promise<Opened> {
  const { cache } = parts;
  const { key, chosen, damage, spec } = source;
  if (!cache || request.useCache === "read" || "reason" in key) return prepare(parts, source, "reason" in key ? key.reason : undefined);
  const { quantization, quantizeHead = false, published, inEightBits } = chosen.quantizationConfig;
  // What is stored is what the host prepares: float16 numbers are widened later.
  const { engine, host, head } = heldBytes(spec, chosen.quantizationConfig, true);
  const expectedBytes = spec.tiedHead ? engine + host - head : engine + host;
  const held = {
    quantization,
    quantizeHead,
    ...(published ? { published } : {}),
    ...(inEightBits ? { inEightBits } : {}),
    ...(chosen.reason ? { chosen: chosen.reason } : {}),
  };
  const newCopy = { id: await entryId(key.key, held), key: key.key, source: request.source, held, expectedBytes };
  return cache.storing(newCopy, async (writer) => {
    if ("reason" in writer) return prepare(parts, source, writer.reason);
    const opened = await prepare(parts, source, undefined, writer.tee.bind(writer));
    const reason = await letGoIfFailing(opened.model, () => writer.finish(source.files, opened.model));
    const state: CacheState =
      reason === null
        ? { state: "stored", id: newCopy.id, ...(damage === undefined ? {} : { reason: damage }) }
        : { state: "not-stored", reason: damage === undefined ? reason : words("cache/not-again", { reason, damage }) };
    return { ...opened, cache: state };
  });
}

type Tensors = ReturnType<typeof prepareWeights>["tensors"];

async function prepare(
  { engine, report, signal }: OpenParts,
  { files, spec, tokenizer, reader, chosen }: Source,
  reason: Words | undefined,
  through: (tensors: Tensors) => Tensors = (tensors) => tensors,
): Promise<Opened> {
  const { quantizationConfig } = chosen;
  const prepared = prepareWeights(spec, reader, quantizationConfig, (fraction, tensor) => report.tensors(fraction, tensor));
  const model = await placeModel(engine, spec, quantizationConfig, { ...prepared, tensors: through(prepared.tensors) });
  const unchecked = await letGoIfFailing(model, () => files.finishChecks());
  await letGoIfFailing(model, () => stopIfCancelled(signal));
  const { name, commit, listing } = files;
  return {
    name,
    commit,
    listing,
    files,
    chosen,
    spec,
    tokenizer,
    model,
    unchecked,
    cache: { state: "not-stored", ...(reason === undefined ? {} : { reason }) },
  };
}

async function readSmallFiles(files: ModelFiles, { tokenizerOptional }: LoadRequest): Promise<Pick<Opened, "spec" | "tokenizer">> {
  const spec = parseModelConfig(await requireJson(files, "config.json"), files.name);
  const tokenizer = tokenizerOptional && !(await files.open("tokenizer.json")) ? null : await openModelTokenizer(files);
  return { spec, tokenizer };
}

/** Weights that turn out to be damaged, or are not wanted any more, are let go again. */
async function letGoIfFailing<T>(model: LoadedModel, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function cancellable(reader: TensorReader, signal: AbortSignal): TensorReader {
  // Preparing a tensor may take long, and reading a local file leaves no time for the call that cancels.
  const first =
    <Range extends readonly unknown[], T>(read: (...range: Range) => Promise<T>) =>
    async (...range: Range): Promise<T> => {
      await macrotask();
      stopIfCancelled(signal);
      return read(...range);
    };
  const { shapes, published } = reader;
  const matrices = [...(published?.entries() ?? [])].map(
    ([name, matrix]) => [name, { ...matrix, read: first(matrix.read.bind(matrix)) }] as const,
  );
  return { shapes, read: first(reader.read.bind(reader)), ...(published ? { published: new Map(matrices) } : {}) };
}
