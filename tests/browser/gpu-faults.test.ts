// Claims: a device that is lost ends what is under way in words, and the same page goes on with another device; a buffer that
// is refused never takes part in a computation.
import { expect, it } from "vitest";
import type { ErrorRecord } from "../../src/base/errors.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { createOrtEngine } from "../../src/runtime/ort-engine.ts";
import { describeEngines } from "../support/engines.ts";
import { failureOf, told as said } from "../support/errors.ts";
import { failingEngine, injected } from "../support/failing-engine.ts";
import { works } from "../support/failing-work.ts";
import { watchDevices, whileRefusing } from "../support/gpu-faults.ts";
import { startSampler } from "../../src/tokens/sampler.ts";
import { Driver, example, greedy, ignore, quick, sentences } from "../support/session.ts";
import { the } from "../support/the.ts";

const prompt = { kind: "text", text: "1?" } as const;

/** A session on WebGPU, the engines it made, and what it told of their loss. */
async function openDriver() {
  const engines: Engine[] = [];
  const driver = new Driver(async (provider) => {
    const engine = await createOrtEngine(provider);
    engines.push(engine);
    return engine;
  });
  const lost: ErrorRecord[] = [];
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  await driver.session.onEngineLost((error) => {
    lost.push(error);
    tell();
  });
  await driver.load("webgpu");
  return { driver, engines, lost, told };
}

const recordOf = async ({ session }: Driver, id: string) => the((await session.listRuns()).find((record) => record.id === id));

describeEngines("a device that is lost", ["webgpu"], () => {
  it("ends the run at its last checkpoint; the next load has another device, and the run goes on", async () => {
    using gpu = watchDevices();
    const { driver, engines, lost, told } = await openDriver();
    const id = await driver.start({ steps: 6, checkpointEvery: 2 });
    await driver.steps(id, 3);
    gpu.devices.at(-1)?.destroy();
    expect(await driver.end(id)).toBe("failed");
    const record = await recordOf(driver, id);
    expect(record).toMatchObject({ phase: "failed", error: { code: "engine/device-lost" } });
    expect(said(the(record.error)).hint).toContain("loaded again");
    expect(the(record.checkpointStep) % 2).toBe(0);
    await told;
    expect(lost.map(({ code }) => code)).toEqual(["engine/device-lost"]);
    expect(engines[0]?.memory().liveBytes).toBe(0);
    expect((await failureOf(() => driver.session.resumeRun(id))).code).toBe("engine/device-lost");
    await driver.load("webgpu");
    expect(engines).toHaveLength(2);
    await driver.session.resumeRun(id);
    expect(await driver.end(id)).toBe("finished");
    const straight = await driver.train({ steps: 6, checkpointEvery: 2 });
    const [resumed, whole] = [await driver.losses(id), await driver.losses(straight)];
    expect(resumed).toHaveLength(6);
    for (const [step, loss] of resumed.entries()) expect(Math.abs(loss / the(whole[step]) - 1), `step ${step}`).toBeLessThan(1e-5);
  });

  it("rejects an answer under way and a load under way, and both work again", async () => {
    using gpu = watchDevices();
    const { driver, told } = await openDriver();
    const sampling = { ...greedy, maxTokens: 200, temperature: 1 };
    let pieces = 0;
    const answer = failureOf(() =>
      driver.session.generate({ prompt, runId: null, sampling }, () => {
        if (++pieces === 1) gpu.devices.at(-1)?.destroy();
      }),
    );
    expect((await answer).code).toBe("engine/device-lost");
    await told;
    const source = { kind: "files", name: "tiny", files: [] } as const;
    expect((await failureOf(() => driver.session.generate({ prompt, runId: null, sampling }, ignore))).code).toBe("engine/device-lost");
    expect((await failureOf(() => driver.load("webgpu", { source }))).code).not.toBe("engine/device-lost");
    let begun = false;
    const files = (await import("../support/tiny-model.ts")).tinyModelFiles();
    const load = failureOf(() =>
      driver.session.load({ source: { kind: "files", name: "tiny", files }, quantization: "int4", provider: "webgpu" }, ({ stage }) => {
        if (stage === "weights" && !begun) gpu.devices.at(-1)?.destroy();
        begun ||= stage === "weights";
      }),
    );
    expect((await load).code).toBe("engine/device-lost");
    await driver.load("webgpu");
    expect((await driver.session.generate({ prompt, runId: null, sampling: { ...sampling, maxTokens: 2 } }, ignore)).ids).not.toHaveLength(
      0,
    );
  });
});

/** What the runtime makes for itself is not mapped. */
const isRuntimes = ({ mappedAtCreation, usage }: GPUBufferDescriptor): boolean =>
  mappedAtCreation !== true && (usage & GPUBufferUsage.STORAGE) !== 0;

/** The fourth example that a run of single ones meets is longer than those before it, so the runtime needs larger buffers. */
function longerLater(): typeof sentences {
  const fourth = startSampler(sentences.train.length, quick.data.seed).take(4)[3];
  const long = example(99, "4?", "a long answer that needs larger buffers than all before it");
  return { ...sentences, train: sentences.train.map((known, at) => (at === fourth ? long : known)) };
}

describeEngines("a buffer that is refused", ["webgpu"], () => {
  it("among the weights fails the load at once, leaves nothing behind, and does not cost the engine", async () => {
    const { driver, engines } = await openDriver();
    const before = the(engines[0]).memory().liveBytes;
    let uploads = 0;
    await whileRefusing(
      ({ mappedAtCreation }) => mappedAtCreation === true && ++uploads === 5,
      async () => {
        const failure = await failureOf(() => driver.load("webgpu", { quantization: "none" }));
        expect(failure).toMatchObject({ code: "engine/out-of-memory", message: expect.stringContaining("refused by the GPU") });
        expect(uploads).toBe(5);
      },
    );
    expect(the(engines[0]).memory().liveBytes).toBe(before);
    await driver.train({ steps: 1 });
    expect(engines).toHaveLength(1);
  });

  it("in a step ends the run at its last checkpoint, from which it goes on", async () => {
    const { driver, engines } = await openDriver();
    const id = await driver.start({ steps: 6, checkpointEvery: 2 });
    await driver.steps(id, 3);
    await whileRefusing(
      ({ mappedAtCreation }) => mappedAtCreation === true,
      async () => {
        expect(await driver.end(id)).toBe("failed");
      },
    );
    const error = said(the((await recordOf(driver, id)).error));
    expect(error.code).toBe("engine/out-of-memory");
    expect(error.message).toContain("refused by the GPU");
    await driver.session.resumeRun(id);
    expect(await driver.end(id)).toBe("finished");
    expect(engines).toHaveLength(1);
    const straight = await driver.train({ steps: 6 });
    const whole = await driver.losses(straight);
    for (const [step, loss] of (await driver.losses(id)).entries()) expect(Math.abs(loss / the(whole[step]) - 1)).toBeLessThan(1e-5);
  });

  it("inside the runtime ends the run and the engine: what the runtime caches is refused memory", async () => {
    const { driver, engines, lost, told } = await openDriver();
    const before = (await driver.session.listRuns()).length;
    await whileRefusing(isRuntimes, async () => {
      expect((await failureOf(() => driver.start({ steps: 4 }))).code).toBe("engine/out-of-memory");
      await told;
    });
    expect(await driver.session.listRuns()).toHaveLength(before);
    await driver.load("webgpu");
    const id = await driver.start({ steps: 5, batchSize: 1, checkpointEvery: 1 }, longerLater());
    await driver.steps(id, 1);
    await whileRefusing(isRuntimes, async () => {
      expect(await driver.end(id)).toBe("failed");
    });
    const record = await recordOf(driver, id);
    expect(record.error?.code).toBe("engine/out-of-memory");
    await expect.poll(() => lost.length).toBe(2);
    expect(lost).toMatchObject([{ code: "engine/out-of-memory" }, { code: "engine/out-of-memory" }]);
    await driver.load("webgpu");
    expect(engines).toHaveLength(3);
    await driver.session.resumeRun(id);
    expect(await driver.end(id)).toBe("finished");
  });
});

describeEngines("an operation that fails", ["wasm", "webgpu"], (name) => {
  if (name === "reference") return;
  // A software GPU compiles for seconds.
  const some = Object.entries(works).filter(([title]) => name === "wasm" || title.includes("step"));
  it.each(some)("leaves nothing behind: %s", async (_title, work) => {
    const inner = await createOrtEngine(name);
    const whole = failingEngine(inner, 0);
    await work(whole.engine);
    const total = whole.count();
    for (const failAt of new Set([0.2, 0.5, 0.7, 0.9].map((share) => Math.ceil(share * total)))) {
      const { engine, alive } = failingEngine(inner, failAt);
      expect((await failureOf(() => work(engine))).code, `operation ${failAt} of ${total}`).toBe(injected);
      expect(alive(), `operation ${failAt} of ${total}`).toBe(0);
      expect(inner.memory().liveBytes, `operation ${failAt} of ${total}`).toBe(0);
    }
    await inner.dispose();
  });
});
