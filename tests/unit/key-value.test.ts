import { IDBFactory, IDBObjectStore as FakeObjectStore } from "fake-indexeddb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { deleteValues, readValue, readWithPrefix, writeValues } from "../../src/storage/key-value.ts";
import { failureOf } from "../support/errors.ts";

globalThis.indexedDB = new IDBFactory();
globalThis.IDBObjectStore = FakeObjectStore;

afterEach(() => vi.restoreAllMocks());

/** Makes every write of the store fail as a browser would. */
function failWrites(error: DOMException): void {
  const prototype = IDBObjectStore.prototype;
  vi.spyOn(prototype, "put").mockImplementation(() => {
    throw error;
  });
}

describe("storage", () => {
  it("finds values by the start of their key", async () => {
    await writeValues({ "run/a": 1, "run/b": 2, "data/a": 3, "rune/x": 4 });
    expect(await readWithPrefix<number>("run/")).toEqual([1, 2]);
    await deleteValues(["run/a"]);
    expect(await readWithPrefix("run/")).toEqual([2]);
    expect(await readWithPrefix("none/")).toEqual([]);
  });

  it("does not read what lies beside the values it looks for", async () => {
    await writeValues({ "list/a": 1, "large/a": new Float32Array(1000) });
    const get = vi.spyOn(IDBObjectStore.prototype, "get");
    await readWithPrefix("list/");
    expect(get.mock.calls).toEqual([["list/a"]]);
  });

  it.each([
    ["storage/full", "QuotaExceededError"],
    ["storage/failed", "InvalidStateError"],
  ])("says %s, and what was there stays", async (code, name) => {
    await writeValues({ kept: "before" });
    failWrites(new DOMException("no", name));
    expect((await failureOf(() => writeValues({ kept: "after", other: 1 }))).code).toBe(code);
    vi.restoreAllMocks();
    expect(await readValue("kept")).toBe("before");
    expect(await readValue("other")).toBeUndefined();
  });

  it("stores all values or none, also where a later one cannot be copied", async () => {
    await writeValues({ first: 1, second: 1 });
    expect((await failureOf(() => writeValues({ first: 2, second: () => "functions cannot be stored" }))).code).toBe("storage/failed");
    expect(await readValue("first")).toBe(1);
    expect(await readValue("second")).toBe(1);
  });

  it("says that it is full where only the end of the transaction knows it", async () => {
    await writeValues({ late: 1 });
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, _value, key) {
      Object.defineProperty(this.transaction, "error", { value: new DOMException("no room", "QuotaExceededError") });
      const request = this.get(key as IDBValidKey);
      this.transaction.abort();
      return request;
    });
    expect((await failureOf(() => writeValues({ late: 2 }))).code).toBe("storage/full");
    vi.restoreAllMocks();
    expect(await readValue("late")).toBe(1);
  });
});
