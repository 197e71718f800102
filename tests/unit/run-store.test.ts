import { IDBFactory, IDBObjectStore as FakeObjectStore } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { formatVersion, historyUpTo } from "../../src/checkpoint/run-record.ts";
import * as store from "../../src/checkpoint/run-store.ts";
import { readValue, writeValues } from "../../src/storage/key-value.ts";
import { failureOf, told } from "../support/errors.ts";
import { whileFull } from "../support/full-storage.ts";
import { bytesOf, jsonOf } from "../support/files.ts";
import { formatTwoRun, sampleRun } from "../support/runs.ts";

globalThis.indexedDB = new IDBFactory();
globalThis.IDBObjectStore = FakeObjectStore;

const create = async (id: string, createdAt?: number) => {
  const run = sampleRun(id, createdAt);
  await store.createRun(run.record, run.data, run.checkpoint, run.history);
  return run;
};

describe("stored runs", () => {
  it("come back with every bit and every type", async () => {
    const run = await create("round-trip");
    expect(await store.readRecord("round-trip")).toEqual(run.record);
    expect(await store.readCheckpoint("round-trip")).toEqual(run.checkpoint);
    expect(await store.readData("round-trip")).toEqual(run.data);
    expect(await store.readHistory("round-trip")).toEqual(run.history);
  });

  it("are listed newest first", async () => {
    await create("older", 5000);
    await create("newer", 6000);
    const ids = (await store.listRecords()).map(({ id }) => id);
    expect(ids.indexOf("newer")).toBeLessThan(ids.indexOf("older"));
  });

  it("keep their data when a checkpoint is saved", async () => {
    const run = await create("saved");
    const later = { ...run.checkpoint, step: 8 };
    await store.saveCheckpoint({ ...run.record, stepsDone: 8 }, later, run.history);
    expect((await store.readCheckpoint("saved")).step).toBe(8);
    expect((await store.readRecord("saved")).stepsDone).toBe(8);
    expect(await store.readData("saved")).toEqual(run.data);
  });

  it("go as a whole, and going twice is no fault", async () => {
    await create("gone");
    await store.deleteRun("gone");
    await store.deleteRun("gone");
    for (const read of [store.readRecord, store.readCheckpoint, store.readData]) {
      expect((await failureOf(() => read("gone"))).code).toBe("checkpoint/missing");
    }
    expect((await store.listRecords()).some(({ id }) => id === "gone")).toBe(false);
  });

  it("of a newer format are refused in words of their own, and left alone", async () => {
    const run = await create("future");
    const newer = { ...run.record, version: formatVersion + 1 };
    await writeValues({ "run/future": newer, "checkpoint/future": { ...run.checkpoint, version: formatVersion + 1 } });
    expect((await failureOf(() => store.readRecord("future"))).code).toBe("checkpoint/newer");
    expect((await failureOf(() => store.readCheckpoint("future"))).code).toBe("checkpoint/newer");
    const listed = (await store.listRecords()).find(({ id }) => id === "future");
    expect(listed).toMatchObject({ name: "Sample", phase: "failed", isUnreadable: true, error: { key: "checkpoint/newer" } });
    expect(listed?.error && told(listed.error).message).toContain("format 4; this one reads 3");
    expect(await readValue("run/future")).toEqual(newer);
    await store.deleteRun("future");
    expect((await store.listRecords()).some(({ id }) => id === "future")).toBe(false);
    expect(await readValue("checkpoint/future")).toBeUndefined();
  });

  it("of format 1 stay readable", async () => {
    const golden = jsonOf("tests/fixtures/checkpoints/format-1.json") as Readonly<Record<string, unknown>>;
    const vectors = new Float32Array(bytesOf("tests/fixtures/checkpoints/format-1.f32").buffer);
    const layers = (from: number): Float32Array[] => [vectors.slice(from, from + 6), vectors.slice(from + 6, from + 12)];
    const checkpoint = { ...(golden["checkpoint"] as object), adapter: layers(0), first: layers(12), second: layers(24) };
    await writeValues({ "run/golden": golden["record"], "checkpoint/golden": checkpoint, "history/golden": golden["history"] });
    const expected = sampleRun("golden");
    expect(await store.readRecord("golden")).toEqual(expected.record);
    expect(await store.readCheckpoint("golden")).toEqual(expected.checkpoint);
    expect(await store.readHistory("golden")).toEqual(expected.history);
  });

  it("of format 2 stay readable", async () => {
    const golden = jsonOf("tests/fixtures/checkpoints/format-2.json") as Readonly<Record<string, unknown>>;
    const vectors = new Float32Array(bytesOf("tests/fixtures/checkpoints/format-2.f32").buffer);
    const layers = (from: number) => ({ "layer.0": vectors.slice(from, from + 6), "layer.1": vectors.slice(from + 6, from + 12) });
    const numbers = { parameters: layers(0), fixed: { shared: vectors.slice(36) }, optimizer: { first: layers(12), second: layers(24) } };
    const checkpoint = { ...(golden["checkpoint"] as object), ...numbers };
    await writeValues({ "run/golden": golden["record"], "checkpoint/golden": checkpoint, "history/golden": golden["history"] });
    const expected = formatTwoRun();
    expect(await store.readRecord("golden")).toEqual(expected.record);
    expect(await store.readCheckpoint("golden")).toEqual(expected.checkpoint);
    expect(await store.readHistory("golden")).toEqual(expected.history);
  });

  it("of format 1 with a setting that there never was say so, and hide no other", async () => {
    const { record } = jsonOf("tests/fixtures/checkpoints/format-1.json") as { readonly record: Readonly<Record<string, unknown>> };
    const config = { ...(record["config"] as object), rnak: 4 };
    await writeValues({ "run/damaged": { ...record, id: "damaged", config } });
    await create("whole");
    const listed = await store.listRecords();
    expect(listed.find(({ id }) => id === "whole")?.phase).toBe("paused");
    const damaged = listed.find(({ id }) => id === "damaged");
    expect(damaged).toMatchObject({ phase: "failed", isUnreadable: true, error: { key: "checkpoint/invalid#damaged" } });
    expect(damaged?.error && told(damaged.error).message).toContain("rnak");
    expect((await failureOf(() => store.readRecord("damaged"))).message).toContain("rnak");
    for (const id of ["damaged", "whole"]) await store.deleteRun(id);
  });

  it("whose failure was stored as sentences still tell it", async () => {
    const { record } = await create("told");
    const error = { code: "train/diverged", message: "The loss is NaN.", hint: "Lower the rate.", details: "a stack" };
    await writeValues({ "run/told": { ...record, phase: "failed", error } });
    const failed = (await store.readRecord("told")).error;
    expect(failed && told(failed)).toMatchObject(error);
    await store.deleteRun("told");
  });

  it("without a history have an empty one", async () => {
    expect(await store.readHistory("never")).toEqual({ steps: [], validations: [] });
  });
});

describe("a state that finds no room", () => {
  const later = async (id: string, step: number) => {
    const run = await create(id);
    const save = () => store.saveCheckpoint({ ...run.record, stepsDone: step }, { ...run.checkpoint, step }, run.history);
    return { run, save };
  };

  it("is said, and read like a stored one as long as it is in memory", async () => {
    const { run, save } = await later("full", 8);
    await whileFull(
      (key) => key.startsWith("checkpoint/"),
      async () => {
        expect((await failureOf(save)).code).toBe("storage/full");
        expect(await store.storeAgain("full")).toBe(false);
      },
    );
    expect((await store.readCheckpoint("full")).step).toBe(8);
    expect((await store.readRecord("full")).stepsDone).toBe(8);
    expect(await store.readData("full")).toEqual(run.data);
    expect((await store.listRecords()).find(({ id }) => id === "full")).toMatchObject({ stepsDone: 8, unsaved: { code: "storage/full" } });
    // What is on the disk is the older state, whole.
    expect(await readValue("checkpoint/full")).toMatchObject({ step: 4 });
    expect(await readValue("run/full")).toMatchObject({ stepsDone: 4 });
  });

  it("is stored when it is tried again, and the record never says otherwise", async () => {
    expect(await store.storeAgain("full")).toBe(true);
    expect(await readValue("checkpoint/full")).toMatchObject({ step: 8 });
    expect(await readValue("run/full")).not.toHaveProperty("unsaved");
    expect((await store.listRecords()).find(({ id }) => id === "full")).not.toHaveProperty("unsaved");
  });

  it("never replaces a newer one, in whatever order they are tried", async () => {
    const { run, save } = await later("order", 8);
    await whileFull(
      (key) => key.startsWith("checkpoint/"),
      async () => {
        await failureOf(save);
      },
    );
    const newer = store.saveCheckpoint({ ...run.record, stepsDone: 9 }, { ...run.checkpoint, step: 9 }, run.history);
    await Promise.all([newer, store.storeAgain()]);
    expect(await readValue("checkpoint/order")).toMatchObject({ step: 9 });
  });

  it("is stored when another run makes room, and goes with its own run", async () => {
    const [first, second] = [await later("waits", 8), await later("goes", 8)];
    await whileFull(
      (key) => key.startsWith("checkpoint/"),
      async () => {
        await failureOf(first.save);
        await failureOf(second.save);
      },
    );
    await store.deleteRun("goes");
    expect(await readValue("checkpoint/waits")).toMatchObject({ step: 8 });
    expect((await failureOf(() => store.readCheckpoint("goes"))).code).toBe("checkpoint/missing");
  });
});

describe("history", () => {
  it("keeps the steps before a checkpoint and measures the later ones again", () => {
    const step = (at: number) => ({ step: at, loss: 1, learningRate: 0, gradNorm: 0, tokens: 1, ms: 1 });
    const { steps, validations } = historyUpTo(
      { steps: [0, 1, 2, 3].map(step), validations: [0, 2, 4].map((at) => ({ step: at, loss: 1 })) },
      2,
    );
    expect(steps.map((report) => report.step)).toEqual([0, 1]);
    expect(validations.map((report) => report.step)).toEqual([0, 2]);
  });
});
