// A warmed-up training step makes no GPU buffer but for what it brings, and waits for the device once: counted where buffers are made and
// mapped, the runtime's own included. What a step asks of an engine besides is counted in tests/unit/step-counts.test.ts.
import { afterEach, expect, it, vi } from "vitest";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { oddBatch, openOddModel } from "../support/odd-model.ts";
import { tinyConfig } from "../support/tiny-model.ts";
import { randomLora } from "../support/training.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describeEngines("a warmed-up step", ["webgpu"], (name) => {
  it("makes no buffer but for what it brings, and reads once", async () => {
    const model = await openOddModel(await engineOf(name), { ...tinyConfig, num_hidden_layers: 3 }, "int8");
    const { training, parameters } = randomLora(model.spec, { rank: 2, alpha: 4 });
    const trainer = await Trainer.create(model, training, freshSnapshot(training, { parameters, fixed: {} }));
    const batches = [oddBatch(), oddBatch()];
    for (let step = 0; step < 3; step++) await trainer.update(batches, 1e-3);
    const made = vi.spyOn(GPUDevice.prototype, "createBuffer");
    const mapped = vi.spyOn(GPUBuffer.prototype, "mapAsync");
    await trainer.update(batches, 1e-3);
    expect(made.mock.calls.filter(([{ mappedAtCreation }]) => mappedAtCreation !== true)).toEqual([]);
    expect(mapped).toHaveBeenCalledTimes(1);
    await trainer.dispose();
    model.dispose();
  });
});
