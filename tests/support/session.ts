// Drives an engine session as a page does: loads a model, starts runs, waits for phases.
import type { RunPhase } from "../../src/checkpoint/run-record.ts";
import type { RunConfig } from "../../src/config/run-config.ts";
import type { ExecutionProvider } from "../../src/protocol/execution-providers.ts";
import type { LoadRequest, ModelInfo } from "../../src/protocol/models-api.ts";
import type { RunData } from "../../src/protocol/runs-api.ts";
import type { Sampling } from "../../src/protocol/chat-api.ts";
import type { EngineEvent } from "../../src/protocol/events.ts";
import { EngineSession } from "../../src/session/engine-session.ts";
import type { CreateEngine } from "../../src/session/models/engines.ts";
import type { TokenizedExample } from "../../src/tokens/batch.ts";
import { configWith, type Knobs } from "./configs.ts";
import { special, tinyModelFiles } from "./tiny-model.ts";

export const ignore = (): void => undefined;

export const greedy: Sampling = { maxTokens: 12, temperature: 0, topP: 1, topK: 0, seed: 1 };

/** A quick run on the tiny model; nothing is evaluated or stored on the way unless a test asks for it. */
export const quick: RunConfig = configWith({
  steps: 10,
  batchSize: 2,
  seqLength: 64,
  rank: 4,
  alpha: 8,
  learningRate: 0.02,
  warmupSteps: 2,
  evaluateEvery: 0,
  checkpointEvery: 0,
});

export class Driver {
  readonly session: EngineSession;
  readonly events: EngineEvent[] = [];
  readonly #waiting = new Set<() => void>();

  /** @param create makes the engines; tests may let them fail */
  constructor(create?: CreateEngine) {
    this.session = new EngineSession(create);
    void this.session.subscribe((event) => {
      this.events.push(event);
      for (const check of this.#waiting) check();
    });
  }

  static async load(provider: ExecutionProvider = "wasm", changes: Partial<LoadRequest> = {}): Promise<Driver> {
    const driver = new Driver();
    await driver.load(provider, changes);
    return driver;
  }

  load(provider: ExecutionProvider, changes: Partial<LoadRequest> = {}): Promise<ModelInfo> {
    const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;
    return this.session.load({ source, quantization: "int4", provider, ...changes }, ignore);
  }

  start(config: Knobs, data: RunData = sentences, stopAfter?: number): Promise<string> {
    const request = { name: "test", config: configWith(config, quick), data };
    return this.session.startRun(stopAfter === undefined ? request : { ...request, stopAfter });
  }

  /** Starts a run and waits for its end. */
  async train(config: Knobs, data: RunData = sentences, stopAfter?: number): Promise<string> {
    const id = await this.start(config, data, stopAfter);
    await this.end(id);
    return id;
  }

  /** The phase in which a run ended, counted from the last time that it started. */
  async end(id: string): Promise<RunPhase> {
    const last = (): RunPhase | undefined =>
      this.events.flatMap((event) => (event.kind === "phase" && event.runId === id ? [event.phase] : [])).at(-1);
    await this.until(() => last() !== undefined && last() !== "running");
    return last() ?? "failed";
  }

  /** Waits for the run to have done so many steps. */
  steps(id: string, count: number): Promise<void> {
    return this.until(() =>
      this.events.some((event) => event.kind === "steps" && event.runId === id && (event.steps.at(-1)?.step ?? -1) >= count - 1),
    );
  }

  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  /** The stored adapter as one array, for comparisons to the bit. */
  async adapter(id: string): Promise<Uint8Array> {
    const files = await this.session.exportAdapter(id);
    return files.find(({ name }) => name.endsWith(".safetensors"))?.bytes ?? new Uint8Array();
  }

  async losses(id: string): Promise<number[]> {
    return (await this.session.runHistory(id)).steps.map(({ loss }) => loss);
  }
}

/** Bytes as tokens of the tiny model: a prompt that is not learned, an answer that is. */
export function example(line: number, prompt: string, answer: string): TokenizedExample {
  const bytes = (text: string): number[] => [...new TextEncoder().encode(text)].map((byte) => byte + special.firstByte);
  const [before, after] = [
    [special.start, ...bytes(prompt)],
    [...bytes(answer), special.end],
  ];
  return {
    line,
    ids: Int32Array.from([...before, ...after]),
    labels: Int32Array.from([...before.map(() => -100), ...after]),
  };
}

/** Seven examples of different lengths: no batch size divides them. */
export const sentences = {
  name: "sentences",
  train: ["red", "orange", "yellow", "green", "blue", "indigo", "violet"].map((word, at) => example(at + 1, `${at}?`, word)),
  validation: [example(8, "7?", "white"), example(9, "8?", "black")],
} satisfies RunData;
