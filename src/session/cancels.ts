// Work that can be ended from outside, each piece by a signal of its own.

export class Cancels {
  readonly #under = new Set<AbortController>();

  async run<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cancel = new AbortController();
    this.#under.add(cancel);
    return action(cancel.signal).finally(() => this.#under.delete(cancel));
  }

  /** Ends all that is under way or waiting. */
  cancel(): void {
    for (const cancel of this.#under) cancel.abort();
  }
}
