// One user of the engine at a time: a training step and the tokens of a chat take turns, in the order in which they asked.

export type Exclusive = <T>(action: () => Promise<T>) => Promise<T>;

export function createExclusive(): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  return (action) => {
    const result = last.then(action);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Lets messages from the page in; awaiting promises alone would not. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A worker listens at least so often. */
const listenEveryMs = 50;

/** Progress of long work on the host: told now and then, and with it messages from the page are let in. */
export function nowAndThen(tell: (share: number) => void): (share: number) => Promise<void> {
  let last = performance.now();
  return async (share) => {
    if (performance.now() - last < listenEveryMs) return;
    tell(share);
    await macrotask();
    last = performance.now();
  };
}
