// Long work in a worker: messages from the page come in between.

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
