// Work of one kind that can be cancelled, all of it at once.
export class Cancellable {
  readonly #underWay = new Set<AbortController>();

  async run<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cancel = new AbortController();
    this.#underWay.add(cancel);
    return action(cancel.signal).finally(() => this.#underWay.delete(cancel));
  }

  cancel(): Promise<void> {
    for (const cancel of this.#underWay) cancel.abort();
    return Promise.resolve();
  }
}
