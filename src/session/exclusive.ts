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
