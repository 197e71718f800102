// Long work in a worker: messages from the page come in between.

/** Whoever waits for its turn among the messages, and the message that gives it. */
const waiting: (() => void)[] = [];
let turns: MessagePort | undefined;

function turnsPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener("message", () => waiting.shift()?.());
  port1.start();
  return port2;
}

/**
 * Lets messages from the page in; awaiting promises alone would not. A message to oneself stands behind those that are there already; a
 * timer would wait for 4 ms, as browsers have it where timers follow each other, which is longer than a token of a small model takes.
 */
export function macrotask(): Promise<void> {
  turns ??= turnsPort();
  const port = turns;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port.postMessage(null);
  });
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
