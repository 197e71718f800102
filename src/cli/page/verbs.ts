// What each verb does with the workers. Every verb returns its JSON object and the files it made.
import { engine } from "../../client/engine-client.ts";
import { ownQuantizations } from "../../config/quantizations.ts";
import { words, type Text } from "../../words/message.ts";
import type { GenerateRequest } from "../../protocol/chat-api.ts";
import { parseBatch } from "../../tokens/batch-json.ts";
import type { ChatOptions, HeadlessRequest, PromptLine, VerbResult } from "../request.ts";
import { progress, sourceOf } from "./files.ts";
import { fallbackMark, withRequiredGpu } from "./require-gpu.ts";
import { load } from "./load.ts";
import { readData } from "./data.ts";
import { measureQuality, quantize } from "./quality.ts";
import { modelByIds, modelToTrain } from "./new-model.ts";
import { savedRun, train } from "./train.ts";

type RequestOf<V extends HeadlessRequest["verb"]> = Extract<HeadlessRequest, { verb: V }>;

/** @throws AtelierError `engine/no-gpu` where a GPU is required and there is none; else as the workers throw */
export async function runVerb(asked: HeadlessRequest): Promise<VerbResult> {
  const request = await withRequiredGpu(asked);
  switch (request.verb) {
    case "engines":
      return engines();
    case "logits":
      return logits(request);
    case "loss":
      return loss(request);
    case "train":
      return trainFrom(request);
    case "data":
      return { result: await readData(request), files: [] };
    case "chat":
      return chat(request);
    case "bench":
      return bench(request);
    case "info":
      return modelInfo(request);
    case "quality":
      return { result: await measureQuality(request), files: [] };
    case "quantize":
      return { result: await quantize(request), files: [] };
    default:
      return request satisfies never;
  }
}

async function trainFrom(request: RequestOf<"train">): Promise<VerbResult> {
  const resumed = request.resume ? await savedRun() : undefined;
  const { source, notes = [] } = await modelToTrain(request, resumed);
  for (const note of notes) progress(note);
  return train(request, await load(request, source), { resumed, notes });
}

async function engines(): Promise<VerbResult> {
  const report = await engine.probe();
  return { result: { ...report, ...fallbackMark(report.webgpu.fallback) }, files: [] };
}

async function logits(request: RequestOf<"logits">): Promise<VerbResult> {
  const { info, adapterId, notes } = await load(request);
  const values = [...(await engine.logits(request.ids, adapterId))];
  return { result: { ep: info.provider, ...fallbackMark(info.fallback), ...said(notes), logits: values }, files: [] };
}

async function loss(request: RequestOf<"loss">): Promise<VerbResult> {
  const batch = parseBatch(request.batch);
  const { info, adapterId, notes } = await load(request, await modelByIds(request.start));
  const of = adapterId ?? request.start ?? null;
  const { gradients, ...numbers } = await engine.loss(batch, of, request.wantGradients);
  return {
    result: { ep: info.provider, ...fallbackMark(info.fallback), ...said(notes), ...numbers },
    files: gradients ? [{ name: "gradients.safetensors", bytes: gradients }] : [],
  };
}

async function chat(request: RequestOf<"chat">): Promise<VerbResult> {
  const { info, adapterId, cost, notes } = await load(request);
  const { maxTokens, temperature, topP, topK, seed, prompts } = request;
  const sampling = { maxTokens, temperature, topP, topK, seed };
  if (prompts) {
    const asked = prompts.map((line) => (typeof line === "string" ? promptOf({ ...request, prompt: line }) : whole(line)));
    const told = (count: number): void => progress(words("cli/answers-written", { count, all: prompts.length }));
    const answers = await engine.generateAll({ prompts: asked, runId: adapterId, sampling }, told);
    for (const note of answers[0]?.notes ?? []) progress(note);
    return { result: { ep: info.provider, ...fallbackMark(info.fallback), load: cost, ...said(notes), answers }, files: [] };
  }
  const answer = await engine.generate({ prompt: promptOf(request), runId: adapterId, sampling }, () => undefined);
  const { text, ids, tokensPerSecond, stopReason, promptTokens, notes: ofAnswer = [] } = answer;
  for (const note of ofAnswer) progress(note);
  const marks = { ...fallbackMark(info.fallback), load: cost, ...said([...notes, ...ofAnswer]) };
  return { result: { ep: info.provider, ...marks, text, ids, tokensPerSecond, promptTokens, stopReason }, files: [] };
}

function whole(messages: Exclude<PromptLine, string>): GenerateRequest["prompt"] {
  return { kind: "chat", messages };
}

/** What there is to say of the adapter. */
function said(notes: readonly Text[]): { readonly notes?: readonly Text[] } {
  return notes.length > 0 ? { notes } : {};
}

function promptOf({ prompt, ids, raw, system }: ChatOptions): GenerateRequest["prompt"] {
  if (ids) return { kind: "ids", ids };
  if (raw) return { kind: "text", text: prompt ?? "" };
  const question = { role: "user", content: prompt ?? "" } as const;
  return { kind: "chat", messages: system === undefined ? [question] : [{ role: "system", content: system }, question] };
}

async function bench(request: RequestOf<"bench">): Promise<VerbResult> {
  if (request.shape === "loaded") await load(request);
  const { shape, run, provider } = request;
  const quantization = ownQuantizations.find((own) => own === request.quantization) ?? "int4";
  progress(words("cli/timing", { batch: run.batchSize, length: run.seqLength }));
  return { result: await engine.bench({ shape, quantization, run, ...(provider ? { provider } : {}) }), files: [] };
}

async function modelInfo(request: RequestOf<"info">): Promise<VerbResult> {
  const { quantization, quantizeHead, run, provider, token } = request;
  const quantizationConfig = { quantization, quantizeHead, ...(token === null ? {} : { token }) };
  const info = await engine.info({ source: sourceOf(request), ...quantizationConfig, run, ...(provider ? { provider } : {}) });
  const isFallback = info.budget.provider === "webgpu" && (await engine.probe()).webgpu.fallback;
  return { result: { ...info, ...fallbackMark(isFallback) }, files: [] };
}
