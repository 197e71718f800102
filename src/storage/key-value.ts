// The only place that stores: IndexedDB through idb-keyval. Several values are written in one transaction, so that a tab
// that dies in between leaves either the old state or the new one.
import { createStore, delMany, get, getMany, keys as allKeys, type UseStore } from "idb-keyval";
import { AtelierError, isOutOfHostMemory } from "../base/errors.ts";

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore("atelier", "values"));

export async function readValue<T>(key: string): Promise<T | undefined> {
  return guarded(() => get<T>(key, store()));
}

/** All or nothing, also where one of the values cannot be copied or finds no room. */
export async function writeValues(values: Readonly<Record<string, unknown>>): Promise<void> {
  await guarded(() => store()("readwrite", (objects) => putAll(objects, Object.entries(values))));
}

/** A request that fails aborts its transaction, and only the abort knows why. */
function putAll(objects: IDBObjectStore, entries: readonly (readonly [string, unknown])[]): Promise<void> {
  const { transaction } = objects;
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(transaction.error ?? new DOMException(undefined, "AbortError")));
    try {
      for (const [key, value] of entries) objects.put(value, key);
    } catch (error) {
      // What was put before would be stored all the same.
      transaction.abort();
      reject(error);
    }
  });
}

export async function deleteValues(keys: readonly string[]): Promise<void> {
  await guarded(() => delMany([...keys], store()));
}

/** Reads the matching values and no others: what lies beside them may be large. */
export async function readWithPrefix<T>(prefix: string): Promise<T[]> {
  return guarded(async () => {
    const names = (await allKeys<string>(store())).filter((key) => key.startsWith(prefix));
    const values = await getMany<T | undefined>(names, store());
    return values.filter((value) => value !== undefined);
  });
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof DOMException && error.name === "QuotaExceededError") {
      throw new AtelierError("storage/full", {}, { cause: error });
    }
    if (isOutOfHostMemory(error)) throw error;
    throw new AtelierError("storage/failed", {}, { cause: error });
  }
}
