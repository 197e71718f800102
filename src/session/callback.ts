// Calls back to the page travel on a port of their own, so a result could overtake what was told before it. Whoever returns
// a result waits until all has arrived: text that comes after "done" would be shown twice.

export interface Callback<T> {
  readonly tell: (value: T) => void;
  /** Resolves when the page has taken all that was told. */
  readonly arrived: () => Promise<void>;
}

/** @param callback a plain function, or a Comlink proxy, which returns a promise; messages of one port keep their order */
export function trackCallback<T>(callback: (value: T) => unknown): Callback<T> {
  let last: unknown;
  return {
    tell: (value) => {
      last = callback(value);
    },
    arrived: async () => {
      await last;
    },
  };
}
