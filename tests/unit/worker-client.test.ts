// Claim: a worker that dies answers every open call with an error, and the next call gets a new worker.
import { expose } from "comlink";
import { describe, expect, it } from "vitest";
import { AtelierError } from "../../src/base/errors.ts";
import { dieOfUnreadableCalls, lastWords } from "../../src/protocol/transfer.ts";
import { WorkerClient } from "../../src/client/worker-client.ts";
import { words } from "../../src/words/message.ts";
import { failureOf } from "../support/errors.ts";
import { english } from "../support/words.ts";

interface Api {
  double(value: number): Promise<number>;
  hang(): Promise<void>;
  fail(): Promise<void>;
  count(to: number, onCount: (value: number) => Promise<void> | void): Promise<void>;
}

const implementation: Api = {
  double: (value) => Promise.resolve(2 * value),
  hang: () => new Promise(() => undefined),
  fail: () => Promise.reject(new AtelierError("cache/damaged#missing", { file: "a" })),
  count: async (to, onCount) => {
    for (let value = 1; value <= to; value++) await onCount(value);
  },
};

/** A worker as a message channel with an "error" event. */
class FakeWorker extends EventTarget {
  readonly #port: MessagePort;
  terminated = false;

  constructor() {
    super();
    const { port1, port2 } = new MessageChannel();
    expose(implementation, port2);
    this.#port = port1;
    port1.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })));
    port1.start();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  terminate(): void {
    this.terminated = true;
    this.#port.close();
  }
}

function startClient() {
  const workers: FakeWorker[] = [];
  const client = new WorkerClient<Api>(words("client/engine"), () => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  });
  return { client, workers };
}

describe("WorkerClient", () => {
  it("starts the worker with the first call only", async () => {
    const { client, workers } = startClient();
    expect(workers).toHaveLength(0);
    expect(await client.api.double(21)).toBe(42);
    expect(await client.api.double(1)).toBe(2);
    expect(workers).toHaveLength(1);
    workers[0]?.terminate();
  });

  it("carries error records whole, and calls functions back", async () => {
    const { client, workers } = startClient();
    await expect(client.api.fail()).rejects.toMatchObject({ code: "cache/damaged", key: "cache/damaged#missing", params: { file: "a" } });
    const counted: number[] = [];
    await client.api.count(3, (value) => void counted.push(value));
    expect(counted).toEqual([1, 2, 3]);
    workers[0]?.terminate();
  });

  it("rejects what was open when the worker died, tells so, and goes on with another worker", async () => {
    const { client, workers } = startClient();
    const told: string[] = [];
    client.onCrash(({ code }) => told.push(code));
    const open = client.api.hang();
    workers[0]?.dispatchEvent(Object.assign(new Event("error"), { message: "out of memory" }));
    const { code, message } = await failureOf(() => open);
    expect({ code, message }).toEqual({ code: "client/worker-crashed", message: "The engine stopped unexpectedly: out of memory" });
    expect(told).toEqual(["client/worker-crashed"]);
    expect(workers[0]?.terminated).toBe(true);
    expect(await client.api.double(4)).toBe(8);
    expect(workers).toHaveLength(2);
    workers[1]?.terminate();
  });

  it("takes an answer that cannot be unpacked for a dead worker: its call would wait for ever", async () => {
    const { client, workers } = startClient();
    const open = client.api.hang();
    workers[0]?.dispatchEvent(new MessageEvent("messageerror"));
    const { code, message } = await failureOf(() => open);
    expect(code).toBe("client/worker-crashed");
    expect(message).toContain("memory");
    expect(await client.api.double(4)).toBe(8);
    workers[1]?.terminate();
  });

  it("lets a worker die of a call that it cannot unpack", () => {
    const scope = new EventTarget();
    dieOfUnreadableCalls(scope);
    const thrown: unknown[] = [];
    const listen = (error: unknown): void => void thrown.push(error);
    process.once("uncaughtException", listen);
    scope.dispatchEvent(new MessageEvent("messageerror"));
    return new Promise<void>((resolve) => {
      setTimeout(() => {
        expect(thrown).toMatchObject([{ code: "host/out-of-memory" }]);
        expect(english.text(lastWords(`Uncaught ${String(thrown[0])}`))).toMatch(/^A call could not be read/);
        resolve();
      }, 10);
    });
  });
});
