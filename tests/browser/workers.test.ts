// The real workers through Comlink, as the page has them: calls, callbacks, events, and errors that keep code and hint.
import { proxy, wrap, type Remote } from "comlink";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DataApi } from "../../src/protocol/data-api.ts";
import type { EngineApi } from "../../src/protocol/engine-api.ts";
import type { EngineEvent } from "../../src/protocol/events.ts";
import { registerErrorTransfer } from "../../src/protocol/transfer.ts";
import { failureOf } from "../support/errors.ts";
import { configWith } from "../support/configs.ts";
import { greedy, quick } from "../support/session.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const source = { kind: "files", name: "tiny", files: tinyModelFiles() } as const;

describe("the workers", () => {
  let workers: Worker[];
  let engine: Remote<EngineApi>;
  let data: Remote<DataApi>;

  beforeAll(() => {
    registerErrorTransfer();
    workers = [
      new Worker(new URL("../../workers/engine.worker.ts", import.meta.url), { type: "module" }),
      new Worker(new URL("../../workers/data.worker.ts", import.meta.url), { type: "module" }),
    ];
    engine = wrap<EngineApi>(workers[0] as Worker);
    data = wrap<DataApi>(workers[1] as Worker);
  });
  afterAll(() => workers.forEach((worker) => worker.terminate()));

  it("have threads, because the page is isolated", async () => {
    expect(globalThis.crossOriginIsolated).toBe(true);
    const { wasm, webgpu } = await engine.probe();
    expect(wasm.simd).toBe(true);
    expect(wasm.threads).toBe(Math.min(8, navigator.hardwareConcurrency));
    expect(webgpu.available || webgpu.reason).toBeTruthy();
  });

  it("send errors across as records", async () => {
    const nothing = await failureOf(() =>
      engine.generate(
        { prompt: { kind: "text", text: "x" }, runId: null, sampling: greedy },
        proxy(() => undefined),
      ),
    );
    expect(nothing).toMatchObject({ code: "model/not-loaded", hint: "Load a model first." });
    expect(
      await failureOf(() =>
        data.parse(
          new File([], "empty.jsonl"),
          proxy(() => undefined),
        ),
      ),
    ).toMatchObject({ code: "data/empty" });
    const files = tinyModelFiles({ "config.json": "{" });
    const broken = await failureOf(() =>
      engine.load(
        { source: { ...source, files }, quantization: "int4", provider: "wasm" },
        proxy(() => undefined),
      ),
    );
    expect(broken.code).toBe("model/file-invalid");
    expect(broken.details).toContain("JSON");
  });

  it("find the bundled model beside the app, and it ends its answer", async () => {
    const info = await engine.load(
      { source: { kind: "bundled" }, quantization: "int4", provider: "wasm" },
      proxy(() => undefined),
    );
    expect(info).toMatchObject({ source: "bundled", provider: "wasm", hasChatTemplate: true });
    const messages = [{ role: "user", content: "Hello!" }] as const;
    const answer = await engine.generate(
      { prompt: { kind: "chat", messages }, runId: null, sampling: { ...greedy, maxTokens: 200 } },
      proxy(() => undefined),
    );
    expect(answer.text.trim()).not.toBe("");
    expect(answer.stopReason).toBe("end");
  });

  it("load, parse, train and chat", async () => {
    const progress: number[] = [];
    const info = await engine.load(
      { source, quantization: "int4", provider: "wasm" },
      proxy(({ fraction }) => void progress.push(fraction)),
    );
    expect(info.provider).toBe("wasm");
    expect(progress.at(-1)).toBeCloseTo(1, 1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    await data.openTokenizer(source);
    const lines = ["red", "green", "blue"].map((word, at) => JSON.stringify({ prompt: `${at}?`, completion: word }));
    const report = await data.parse(
      new File([lines.join("\n")], "facts.jsonl"),
      proxy(() => undefined),
    );
    expect(report).toMatchObject({ validCount: 3, format: "prompt/completion" });
    const prepared = await data.prepare(
      { seqLength: 64, turns: "all", validationFraction: 0, seed: 1 },
      proxy(() => undefined),
    );
    const events: EngineEvent[] = [];
    const ended = new Promise<EngineEvent>((resolve) => {
      void engine.subscribe(
        proxy((event: EngineEvent) => {
          events.push(event);
          if (event.kind === "phase" && event.phase !== "running") resolve(event);
        }),
      );
    });
    const id = await engine.startRun({ name: "facts", config: configWith({ steps: 80, batchSize: 3 }, quick), data: prepared.data });
    expect(await ended).toMatchObject({ phase: "finished", runId: id });
    let streamed = "";
    const answer = await engine.generate(
      { prompt: { kind: "chat", messages: [{ role: "user", content: "1?" }] }, runId: id, sampling: greedy },
      proxy((delta) => void (streamed += delta)),
    );
    expect(answer).toMatchObject({ text: "green", stopReason: "end" });
    expect(streamed).toBe("green");
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  });
});
