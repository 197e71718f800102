// The only place that stores: IndexedDB through idb-keyval. Several values are written in one transaction, so that a tab
// that dies in between leaves either the old state or the new one.
import { createStore, delMany, entries, get, setMany, type UseStore } from "idb-keyval";
import { AtelierError } from "../base/errors.ts";

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore("atelier", "values"));

export async function readValue<T>(key: string): Promise<T | undefined> {
  return guarded(() => get<T>(key, store()));
}

/** All or nothing. */
export async function writeValues(values: Readonly<Record<string, unknown>>): Promise<void> {
  await guarded(() => setMany(Object.entries(values), store()));
}

export async function deleteValues(keys: readonly string[]): Promise<void> {
  await guarded(() => delMany([...keys], store()));
}

export async function readWithPrefix<T>(prefix: string): Promise<T[]> {
  const all = await guarded(() => entries<string, T>(store()));
  return all.filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof DOMException && error.name === "QuotaExceededError") {
      throw new AtelierError(
        "storage/full",
        "The browser's storage for this page is full; nothing was overwritten.",
        "Delete old runs, or free disk space, then resume.",
        { cause: error },
      );
    }
    throw new AtelierError(
      "storage/failed",
      "The browser's storage could not be used.",
      "Private windows may forbid it. Export the adapter before you close the tab.",
      { cause: error },
    );
  }
}
