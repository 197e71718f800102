// A value that takes time to open and is replaced by opening another: what was asked for last counts, however long an earlier one
// takes, so that nothing slow comes in the place of something newer.

export class Latest<T> {
  #current: T | undefined;
  #asked = 0;
  #opening: Promise<T> | undefined;

  /** Undefined where nothing is open, and while another is being opened. */
  get ready(): T | undefined {
    return this.#opening ? undefined : this.#current;
  }

  /** Where it fails, what was open before stays; where another is asked for meanwhile, this one is let go. */
  async open(make: () => Promise<T>): Promise<void> {
    const mine = ++this.#asked;
    const opening = make();
    this.#opening = opening;
    try {
      const made = await opening;
      if (mine === this.#asked) this.#current = made;
    } finally {
      if (mine === this.#asked) this.#opening = undefined;
    }
  }

  /** What is being opened then is let go as well. */
  close(): void {
    this.#asked++;
    this.#current = undefined;
    this.#opening = undefined;
  }

  /** Waits for what was asked for last. @throws what opening it throws */
  async settled(): Promise<T | undefined> {
    while (this.#opening) {
      const waitedFor = this.#asked;
      try {
        await this.#opening;
      } catch (error) {
        if (waitedFor === this.#asked) throw error;
      }
    }
    return this.#current;
  }
}
