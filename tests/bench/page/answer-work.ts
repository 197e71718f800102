// Prompts, decoding and loading as a user of the app has them: through the session's own calls.
import type { RequestedQuantization } from "../../../src/config/quantizations.ts";
import type { GenerateResult } from "../../../src/protocol/chat-api.ts";
import type { ExecutionProvider } from "../../../src/protocol/execution-providers.ts";
import type { ModelInfo } from "../../../src/protocol/models-api.ts";
import type { Engine } from "../../../src/runtime/engine.ts";
import { EngineSession } from "../../../src/session/engine-session.ts";
import type { Turn } from "../contest.ts";
import type { Case } from "../shapes.ts";

export interface Work {
  readonly compared: string;
  /** The least that can be timed. */
  readonly turn: () => Promise<Turn>;
  /** What is counted: a step, a prompt, a token, a load … */
  readonly once: () => Promise<unknown>;
  /** … that stands for what `once` does besides. */
  readonly beside?: () => Promise<unknown>;
  readonly details: () => Promise<object>;
}

export type MakeEngine = (provider: ExecutionProvider) => Promise<Engine>;

/** Of reading a prompt, or of decoding after it. */
export async function answering(asked: Case, file: File, create: MakeEngine): Promise<Work> {
  const engines: Engine[] = [];
  const session = new EngineSession(async (provider) => keep(engines, await create(provider)));
  const info = await load(session, asked, file);
  const {
    prompt: { ids: promptIds },
    newTokens,
    task,
  } = asked;
  const reading = async (): Promise<Turn> => {
    const since = performance.now();
    await answer(session, promptIds, 1);
    return { ms: performance.now() - since, units: promptIds.length };
  };
  const decoding = async (): Promise<Turn> => {
    const { ids, tokensPerSecond } = await answer(session, promptIds, newTokens);
    if (ids.length < newTokens) throw new Error(`The answer ended after ${ids.length} tokens.`);
    // From the first token to the last.
    return { ms: ((ids.length - 1) / tokensPerSecond) * 1000, units: ids.length - 1 };
  };
  const compared = `${held(info)}; greedy; prompt of ${promptIds.length}`;
  const details = (): Promise<object> => Promise.resolve(memoryOf(engines));
  if (task === "prompt") return { compared, turn: reading, once: reading, details };
  const tokens = (count: number) => (): Promise<unknown> => answer(session, promptIds, count);
  return { compared: `${compared}, then ${newTokens} tokens`, turn: decoding, once: tokens(2), beside: tokens(1), details };
}

const sequences = 8;

/** Of decoding several sequences at once, each after a prompt of its own. */
export async function answeringTogether(asked: Case, file: File, create: MakeEngine): Promise<Work> {
  const engines: Engine[] = [];
  const session = new EngineSession(async (provider) => keep(engines, await create(provider)));
  const info = await load(session, asked, file);
  const { ids } = asked.prompt;
  const prompts = Array.from({ length: sequences }, (_, at) => ({ kind: "ids" as const, ids: [...ids.slice(at), ...ids.slice(0, at)] }));
  const answers = async (maxTokens: number): Promise<number> => {
    const since = performance.now();
    const all = await session.generateAll({ prompts, runId: null, sampling: greedy(maxTokens) }, () => undefined);
    const ms = performance.now() - since;
    if (all.some((one) => one.ids.length < maxTokens)) throw new Error(`An answer ended before ${maxTokens} tokens.`);
    return ms;
  };
  const turn = async (): Promise<Turn> => {
    // What comes before the second token is reading the prompts.
    const reading = await answers(1);
    return { ms: (await answers(asked.newTokens)) - reading, units: sequences * (asked.newTokens - 1) };
  };
  const compared = `${held(info)}; greedy; ${sequences} prompts of ${ids.length}, then ${asked.newTokens} tokens of each`;
  const details = (): Promise<object> => Promise.resolve(memoryOf(engines));
  return { compared, turn, once: () => answers(2), beside: () => answers(1), details };
}

/** Each load replaces the model before it; the engine has started. */
export async function loading(asked: Case, file: File, create: MakeEngine): Promise<Work> {
  const engines: Engine[] = [];
  const session = new EngineSession(async (provider) => keep(engines, await create(provider)));
  const info = await load(session, asked, file);
  const turn = async (): Promise<Turn> => {
    const since = performance.now();
    await load(session, asked, file);
    await answer(session, asked.prompt.ids.slice(0, 1), 1);
    return { ms: performance.now() - since, units: 1 };
  };
  return { compared: `${held(info)}; the engine has started before`, turn, once: turn, details: () => Promise.resolve(memoryOf(engines)) };
}

function keep(engines: Engine[], engine: Engine): Engine {
  engines.push(engine);
  return engine;
}

function load(session: EngineSession, { provider, quantization }: Case, file: File): Promise<ModelInfo> {
  const source = { kind: "files", name: file.name, files: [file] } as const;
  const how = { quantization: quantization as RequestedQuantization, provider, useCache: false } as const;
  return session.load({ source, ...how }, () => undefined);
}

function answer(session: EngineSession, ids: readonly number[], maxTokens: number): Promise<GenerateResult> {
  return session.generate({ prompt: { kind: "ids", ids }, runId: null, sampling: greedy(maxTokens) }, () => undefined);
}

function greedy(maxTokens: number) {
  return { maxTokens, temperature: 0, topP: 1, topK: 0, seed: 1 };
}

function held({ held: { form, bitsPerWeight } }: ModelInfo): string {
  return `the same file, held as ${form} (${bitsPerWeight.toFixed(2)} bits)`;
}

function memoryOf(engines: readonly Engine[]): object {
  const memory = engines[0]?.memory();
  return memory ? { memory: { liveBytes: memory.liveBytes, allocatedBytes: memory.allocatedBytes } } : {};
}
