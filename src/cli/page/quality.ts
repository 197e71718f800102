// The verb `quality`: the loss of the same tokens in each form of the weights. The f32 weights come first, since all others are
// compared with them; a form that this engine cannot hold is named and left out, so that the rest is still measured.
import { AtelierError, fromErrorRecord, messageOf, toErrorRecord, type ErrorRecord } from "../../base/errors.ts";
import { data } from "../../client/data-client.ts";
import { engine } from "../../client/engine-client.ts";
import { needsTexts, quantizations, type Quantization } from "../../config/quantizations.ts";
import type { CompareNews, CompareRequest, MeasuredForm } from "../../protocol/compare-api.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import { parseBatch } from "../../tokens/batch-json.ts";
import type { TokenizedExample } from "../../tokens/batch.ts";
import { commas, words, type Text } from "../../words/message.ts";
import type { HeadlessRequest } from "../request.ts";
import { calibrationRows, dataRows, textRows } from "./calibration-texts.ts";
import { parseData } from "./data.ts";
import { filesOf, progress } from "./files.ts";
import { fallbackMark } from "./require-gpu.ts";
import { load, type OpenedModel } from "./load.ts";

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
  /** By the programs that answer, beside those that train on the same form; absent where they are the same, or nobody asked. */
  readonly chat?: { readonly loss: number; readonly perplexityRatio: number };
}

const reference = "none" satisfies Quantization;

/** A page serves one command, so what is ended stays ended. */
const ending = new AbortController();

/** After the batch under way, or in the middle of a load. */
export function endQuality(): void {
  ending.abort();
}

/** @throws AtelierError `quality/ended-at-once`, `quality/nothing-to-measure`, and as loading and reading throw */
export async function measureQuality(request: Request): Promise<Measured> {
  ending.signal.addEventListener("abort", () => void Promise.all([engine.cancelLoad(), engine.cancelComparison()]));
  // A file that cannot be used is refused before any weight is read.
  if (request.over === "data") await parseData();
  const first = await orEnded(() => load({ ...request, quantization: reference, adapterName: null }));
  const over = await readOver(request, first);
  if (ending.signal.aborted) throw new AtelierError("quality/ended-at-once");
  const { forms, tokens, notes } = await compare(request, first, over);
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
  const note = needsTexts(quantization) && !isOwn ? words("quality/measured-with-its-own") : null;
  if (note) progress(note);
  const since = performance.now();
  const measured = await measureQuality({ ...request, forms: [quantization], asChatted: false, over: "neutral" });
  const seconds = Math.round((performance.now() - since) / 1000);
  return { seconds, ...measured, ...(note ? { notes: [note, ...(measured.notes ?? [])] } : {}) };
}

/** Without the reference there is nothing to tell. */
async function orEnded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toErrorRecord(error).code === "load/cancelled" ? new AtelierError("quality/ended-at-once") : error;
  }
}

interface Compared {
  readonly forms: readonly FormQuality[];
  readonly tokens: number;
  readonly notes: readonly Text[];
}

async function compare(request: Request, { source, token, listing }: OpenedModel, over: CompareRequest["over"]): Promise<Compared> {
  const preferred: readonly Quantization[] = [reference, ...request.forms.filter((form) => form !== reference)];
  const found: MeasuredForm[] = [];
  const left = new Map<Quantization, ErrorRecord>();
  // What is measured with the command's data is not rounded with it.
  const rounds = preferred.some(needsTexts) ? { calibration: await calibrationRows(source, token, request.verb === "quantize") } : {};
  const asked = {
    source,
    ...rounds,
    ...(token === undefined ? {} : { token }),
    ...(listing ? { listing } : {}),
    forms: preferred.map((quantization) => ({ quantization, quantizeHead: request.quantizeHead })),
    over,
    asChatted: request.asChatted,
    run: null,
  };
  const end = await engine.compareForms(asked, (news) => {
    if (news.kind === "measured") found.push(news.found);
    if (news.kind === "left-out") left.set(news.form.quantization, news.error);
    if (left.has(reference)) void engine.cancelComparison();
    tell(news, found[0]?.loss);
  });
  const [first] = found;
  if (!first) throw orEndedAtOnce(left.get(reference));
  const missing = end === "done" ? [] : preferred.filter((form) => !left.has(form) && !found.some((one) => one.form.quantization === form));
  return {
    forms: found.map((one) => qualityOf(one, first.loss)),
    tokens: first.tokens,
    notes: [
      ...[...left].map(([form, error]) => words("quality/left-out", { form, why: messageOf(error) })),
      ...(missing.length > 0 ? [words("quality/ended", { forms: commas(missing) })] : []),
    ],
  };
}

const orEndedAtOnce = (why: ErrorRecord | undefined): AtelierError =>
  why ? fromErrorRecord(why) : new AtelierError("quality/ended-at-once");

function qualityOf({ form, bitsPerWeight, loss, bytes, chatLoss }: MeasuredForm, referenceLoss: number): FormQuality {
  return {
    form: form.quantization,
    bitsPerWeight,
    loss,
    perplexityRatio: Math.exp(loss - referenceLoss),
    bytes,
    ...(chatLoss === undefined ? {} : { chat: { loss: chatLoss, perplexityRatio: Math.exp(chatLoss - loss) } }),
  };
}

let shown = "";

function tell(news: CompareNews, referenceLoss = 0): void {
  if (news.kind === "loading") {
    const fraction = Math.floor(news.fraction * 10) / 10;
    const line = `${news.form.quantization} ${fraction}`;
    if (line !== shown) progress(words("cli/loading", { stage: "weights", fraction }));
    shown = line;
  }
  if (news.kind === "measuring" && news.tokens > 0)
    progress(words("quality/measuring", { form: news.form.quantization, tokens: news.tokens }));
  if (news.kind !== "measured") return;
  const { form, loss, perplexityRatio: ratio, bytes: size, chat } = qualityOf(news.found, referenceLoss);
  progress(words("quality/measured", { form, loss, ratio, size }));
  if (chat) progress(words("quality/chatted", { form, loss: chat.loss, ratio: chat.perplexityRatio }));
}

async function readOver(request: Request, { source, token, listing }: OpenedModel): Promise<CompareRequest["over"]> {
  if (request.over === "batch") return parseBatch(request.batch);
  await data.openTokenizer(source, token, undefined, listing);
  return { rows: await readRows(request), tokens: request.tokens };
}

async function readRows({ over, tokens }: Request): Promise<readonly TokenizedExample[]> {
  return over === "data" ? dataRows() : textRows(tokens, over === "text");
}
