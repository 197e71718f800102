// A disk that is full on demand, in a browser and in Node.

/** Every write of the matching keys is refused, until it is disposed. */
export function fillStorage(refused: (key: string) => boolean): Disposable {
  const real = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, "put") as PropertyDescriptor;
  const put = real.value as (this: IDBObjectStore, value: unknown, key?: IDBValidKey) => IDBRequest;
  Object.defineProperty(IDBObjectStore.prototype, "put", {
    ...real,
    value: function (this: IDBObjectStore, value: unknown, key?: IDBValidKey): IDBRequest {
      if (typeof key === "string" && refused(key)) throw new DOMException("The disk is full.", "QuotaExceededError");
      return put.call(this, value, key);
    },
  });
  return { [Symbol.dispose]: () => Object.defineProperty(IDBObjectStore.prototype, "put", real) };
}

export async function whileFull(refused: (key: string) => boolean, action: () => Promise<void>): Promise<void> {
  const full = fillStorage(refused);
  try {
    await action();
  } finally {
    full[Symbol.dispose]();
  }
}
