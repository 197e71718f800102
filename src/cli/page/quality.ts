// The verb `quality`: the loss of the same tokens in each form of the weights. The f32 weights come first, since all others are
// compared with them; a form that this engine cannot hold is named and left out, so that the rest is still measured.
import { AtelierError, messageOf, toErrorRecord } from "../../base/errors.ts";
import { data } from "../../client/data-client.ts";
import { engine } from "../../client/engine-client.ts";
import { quantizations, type Quantization } from "../../config/quantizations.ts";
import type { ExecutionProvider } from "../../protocol/engine-api.ts";
import { parseBatch } from "../../tokens/batch-json.ts";
import type { Batch, TokenizedExample } from "../../tokens/batch.ts";
import { firstPredicted, measuredBatches } from "../../tokens/measured-rows.ts";
import { commas, words, type Text } from "../../words/message.ts";
import type { HeadlessRequest } from "../request.ts";
import { dataRows, textRows } from "./calibration.ts";
import { parseData } from "./data.ts";
import { filesOf, progress } from "./files.ts";
import { fallbackMark } from "./gpu.ts";
import { load, type LoadedModel } from "./load.ts";

type Quality = Extract<HeadlessRequest, { verb: "quality" }>;

/** `quantize` measures too; the verb decides what weights are rounded with. */
type Request = Omit<Quality, "verb"> & { readonly verb: "quality" | "quantize" };

interface Measured {
  readonly ep: ExecutionProvider;
  readonly fallback?: true;
  readonly notes?: readonly Text[];
  readonly forms: readonly FormQuality[];
  readonly tokens: number;
}

interface FormQuality {
  readonly form: Quantization;
  readonly bitsPerWeight: number;
  /** Nats per predicted token. */
  readonly loss: number;
  readonly perplexityRatio: number;
  /** Of the weights on the engine. */
  readonly bytes: number;
}

const reference = "none" satisfies Quantization;

/** Failures that are of one form alone, on this engine. */
const ofOneForm: ReadonlySet<string> = new Set([
  "engine/no-float16",
  "engine/out-of-memory",
  "host/out-of-memory",
  "model/loss-not-finite",
]);

/** A page serves one command, so what is ended stays ended. */
const ending = new AbortController();

/** After the batch under way, or in the middle of a load. */
export function endQuality(): void {
  ending.abort();
}

/** @throws AtelierError `quality/ended-at-once`, `quality/nothing-to-measure`, and as loading and reading throw */
export async function measureQuality(request: Request): Promise<Measured> {
  ending.signal.addEventListener("abort", () => void engine.cancelLoad());
  // A file that cannot be used is refused before any weight is read.
  if (request.over === "data") await parseData();
  const first = await orEnded(() => loadForm(request, reference));
  const batches = await readBatches(request, first);
  const { tokens, ...measured } = await orEnded(() => measure(first, batches, null));
  const notes: Text[] = [];
  const forms = [measured];
  const left = request.forms.filter((form) => form !== reference);
  for (let form = left.shift(); form !== undefined; form = left.shift()) {
    const found = await measureOrSay(request, form, batches, measured.loss);
    if (found === "ended") {
      notes.push(words("quality/ended", { forms: commas([form, ...left]) }));
      break;
    }
    if ("why" in found) notes.push(words("quality/left-out", { form, why: found.why }));
    else forms.push(found);
  }
  for (const note of notes) progress(note);
  const { provider, fallback } = first.info;
  return { ep: provider, ...fallbackMark(fallback), ...(notes.length > 0 ? { notes } : {}), forms, tokens };
}

/**
 * One form against the exact weights: rounded with the command's data or text, measured with the neutral text. Where the command names
 * neither, both are the neutral text, which is said.
 */
export async function quantize(request: Extract<HeadlessRequest, { verb: "quantize" }>): Promise<object> {
  const { quantization } = request;
  if (quantization === "auto") throw new AtelierError("cli/usage#form", { name: quantization, forms: commas(quantizations) });
  const isOwn = filesOf("data").length + filesOf("text").length > 0;
  const note = quantization === "gptq" && !isOwn ? words("quality/measured-with-its-own") : null;
  if (note) progress(note);
  const since = performance.now();
  const measured = await measureQuality({ ...request, forms: [quantization], over: "neutral" });
  const seconds = Math.round((performance.now() - since) / 1000);
  return { seconds, ...measured, ...(note ? { notes: [note, ...(measured.notes ?? [])] } : {}) };
}

async function loadForm(request: Request, quantization: Quantization): Promise<LoadedModel> {
  stopIfEnded();
  return load({ ...request, quantization, adapterName: null } as HeadlessRequest);
}

function stopIfEnded(): void {
  if (ending.signal.aborted) throw new AtelierError("load/cancelled");
}

/** Without the reference there is nothing to tell. */
async function orEnded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw isEnding(error) ? new AtelierError("quality/ended-at-once") : error;
  }
}

const isEnding = (error: unknown): boolean => toErrorRecord(error).code === "load/cancelled";

async function measureOrSay(
  request: Request,
  form: Quantization,
  batches: readonly Batch[],
  referenceLoss: number,
): Promise<FormQuality | { readonly why: Text } | "ended"> {
  try {
    const { tokens: _same, ...found } = await measure(await loadForm(request, form), batches, referenceLoss);
    return found;
  } catch (error) {
    if (isEnding(error)) return "ended";
    const record = toErrorRecord(error);
    if (ofOneForm.has(record.code)) return { why: messageOf(record) };
    throw error;
  }
}

/** @param referenceLoss null: this is the reference */
async function measure(
  { info }: LoadedModel,
  batches: readonly Batch[],
  referenceLoss: number | null,
): Promise<FormQuality & { readonly tokens: number }> {
  const { quantization: form, weightBytes: bytes, held } = info;
  let [sum, tokens] = [0, 0];
  for (const batch of batches) {
    stopIfEnded();
    const { loss, tokenCount } = await engine.loss(batch, null, false);
    sum += loss * tokenCount;
    tokens += tokenCount;
    progress(words("quality/measuring", { form, tokens }));
  }
  const loss = sum / tokens;
  const perplexityRatio = Math.exp(loss - (referenceLoss ?? loss));
  progress(words("quality/measured", { form, loss, ratio: perplexityRatio, size: bytes }));
  return { form, bitsPerWeight: held.bitsPerWeight, loss, perplexityRatio, bytes, tokens };
}

async function readBatches(request: Request, { info, source, token, listing }: LoadedModel): Promise<readonly Batch[]> {
  if (request.over === "batch") return [parseBatch(request.batch)];
  await data.openTokenizer(source, token, undefined, listing);
  const rows = firstPredicted(await readRows(request), request.tokens);
  if (rows.length === 0) throw new AtelierError("quality/nothing-to-measure");
  return measuredBatches(rows, info.contextLength);
}

async function readRows({ over, tokens }: Request): Promise<readonly TokenizedExample[]> {
  return over === "data" ? dataRows() : textRows(tokens, over === "text");
}
