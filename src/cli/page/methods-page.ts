// What src/cli/methods-table.ts asks of the page: one method on the bundled base, from the start to its files and back.
import { toErrorRecord } from "../../base/errors.ts";
import { data } from "../../client/data-client.ts";
import { engine } from "../../client/engine-client.ts";
import { adapterConfigName } from "../../config/adapter-files.ts";
import type { ModelSource } from "../../config/model-source.ts";
import { makesModel } from "../../config/new-model.ts";
import { parseRunConfig, type RunConfig } from "../../config/run-config.ts";
import { shapeOf } from "../../config/run-shape.ts";
import type { EngineEvent } from "../../protocol/events.ts";
import type { NamedBytes } from "../../protocol/exchange-api.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import type { MethodMeasure, MethodsPage, MethodsRequest } from "../request.ts";
import { ignoreLabel } from "../../tokens/batch.ts";
import { parseData } from "./data.ts";

const greedy = { maxTokens: 32, temperature: 0, topP: 1, topK: 0, seed: 42 };
/** Any; the same for a run and for what its files say. */
const prompt = [11, 7, 5, 3, 2];

/** Nats a token: above it greedy answers are wrong somewhere. */
const couldBeKnown = 0.2;

export const methodsPage: MethodsPage = async (request) => {
  try {
    return await measure(request);
  } catch (thrown) {
    const refused = toErrorRecord(thrown);
    // Anything else is a fault.
    if (refused.code !== "config/invalid") throw thrown;
    return { kind: request.kind, refused };
  }
};

async function measure(request: MethodsRequest): Promise<MethodMeasure> {
  const ends = new RunEnds();
  await engine.subscribe((event: EngineEvent) => ends.hear(event));
  const shape = configOf(request);
  await parseData();
  const source = await sourceFor(shape);
  await engine.load({ source, quantization: request.quantization, provider: request.provider, useCache: false }, () => undefined);
  const prepared = await prepare(shape, source);
  const config = request.kind === "tokens" ? configOf(request, learnedTokens(prepared)) : shape;
  const run = async (stopAfter?: number): Promise<string> => {
    const runId = await engine.startRun({ name: request.kind, config, data: prepared, ...(stopAfter === undefined ? {} : { stopAfter }) });
    await ends.of(runId);
    return runId;
  };
  const runId = await run(request.askEvery ?? undefined);
  if (request.askEvery !== null) await untilAnswered(runId, request, ends);
  const { steps } = await engine.runHistory(runId);
  const files = await engine.exportAdapter(runId);
  const record = (await engine.listRuns()).find(({ id }) => id === runId);
  return {
    kind: request.kind,
    trainable: record?.trainable ?? 0,
    memoryBytes: (await engine.budget({ source: null, quantization: request.quantization, run: shapeOf(config) })).stepBytes,
    stepMs: median(steps.map(({ ms }) => ms)),
    steps: steps.length,
    lossBefore: steps[0]?.loss ?? Number.NaN,
    lossAfter: await engine.evaluateRun(runId),
    ...(await ask(runId, request)),
    resumed: request.provider === "wasm" && request.wantsResume ? await resumesAlike(files, ends, run, config.stopping.steps) : null,
    files: formOf(files),
    reloaded: await reloadsAlike(runId, files),
  };
}

function formOf(files: readonly NamedBytes[]): MethodMeasure["files"] {
  const config = files.find(({ name }) => name === adapterConfigName);
  if (!config) return "model";
  return new TextDecoder().decode(config.bytes).includes('"peft_type"') ? "PEFT" : "safetensors";
}

/** Goes on until every question is answered, or the run is at its end. */
async function untilAnswered(runId: string, request: MethodsRequest, ends: RunEnds): Promise<void> {
  const every = request.askEvery ?? request.steps;
  for (let stopAfter = 2 * every; stopAfter < request.steps + every; stopAfter += every) {
    if (await isAnswered(runId, request)) return;
    await engine.resumeRun(runId, { stopAfter });
    await ends.of(runId);
  }
}

/** Asking takes as long as steps do, so nothing is asked before the loss says that it could be known. */
async function isAnswered(runId: string, request: MethodsRequest): Promise<boolean> {
  const { steps } = await engine.runHistory(runId);
  if ((steps.at(-1)?.loss ?? Number.NaN) > couldBeKnown) return false;
  const { right, asked } = await ask(runId, request);
  return right === asked;
}

function configOf({ kind, steps, batchSize }: MethodsRequest, tokenIds: readonly number[] = [0]): RunConfig {
  return parseRunConfig({
    data: { batchSize, seqLength: 64, validationFraction: 0 },
    method: kind === "tokens" ? { kind, tokenIds: tokenIds.join(", ") } : { kind },
    stopping: { steps, evaluateEvery: 0, checkpointEvery: 0 },
  });
}

/** The tokens that the answers are made of: of single rows of a table, those that can learn something. */
function learnedTokens(taught: RunData): readonly number[] {
  if ("fixedBatch" in taught) return [];
  const learned = taught.train.flatMap(({ labels }) => [...labels].filter((label) => label !== ignoreLabel));
  return [...new Set(learned)].toSorted((a, b) => a - b);
}

/** What is trained from scratch is a model of its own. */
async function sourceFor({ method, data: { seed } }: RunConfig): Promise<ModelSource> {
  if (!makesModel(method)) return { kind: "bundled" };
  const { files } = await data.newModel({ shape: method, seed }, () => undefined);
  return { kind: "files", name: "scratch", files };
}

async function prepare({ data: section }: RunConfig, source: ModelSource): Promise<RunData> {
  await data.openTokenizer(source);
  return (await data.prepare(section, () => undefined)).data;
}

async function ask(runId: string, { questions }: MethodsRequest): Promise<Pick<MethodMeasure, "right" | "asked">> {
  let right = 0;
  for (const { question, answer } of questions) {
    const messages = [{ role: "user", content: question }] as const;
    const { text } = await engine.generate({ prompt: { kind: "chat", messages }, runId, sampling: greedy }, () => undefined);
    if (text.trim() === answer.trim()) right++;
  }
  return { right, asked: questions.length };
}

/** Whether a run that was cut off in the middle, and went on from its state, has the files of the one that was not. */
async function resumesAlike(whole: readonly NamedBytes[], ends: RunEnds, run: (stopAfter?: number) => Promise<string>, steps: number) {
  const cut = await run(Math.floor(steps / 2));
  const again = await engine.importState((await engine.exportState(cut)).bytes);
  await engine.resumeRun(again);
  await ends.of(again);
  const weights = (files: readonly NamedBytes[]): string =>
    files.flatMap(({ name, bytes }) => (name.endsWith(".safetensors") ? [...bytes] : [])).join();
  return weights(await engine.exportAdapter(again)) === weights(whole);
}

async function reloadsAlike(runId: string, files: readonly NamedBytes[]): Promise<boolean> {
  const imported = await engine.importAdapter("again", files);
  const [own, read] = [await engine.logits(prompt, runId), await engine.logits(prompt, imported)];
  return own.every((logit, at) => Math.abs(logit - (read[at] ?? Number.NaN)) < 1e-4);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

class RunEnds {
  readonly #ended = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  hear(event: EngineEvent): void {
    if (event.kind !== "phase" || event.phase === "running") return;
    this.#ended.add(event.runId);
    this.#waiting.get(event.runId)?.();
  }

  async of(runId: string): Promise<void> {
    while (!this.#ended.delete(runId)) await new Promise<void>((resolve) => this.#waiting.set(runId, resolve));
  }
}
