// One answer is written at a time. It can be asked to stop, and whoever changes the model waits for its end.
import { AtelierError } from "../../base/errors.ts";

interface Answer {
  isStopped: boolean;
  /** Settles when the answer has ended; never rejects. */
  ended: Promise<unknown>;
}

export class Answers {
  #now: Answer | undefined;

  /** @throws AtelierError `generate/busy`, and whatever `write` throws */
  async write<T>(write: (isStopped: () => boolean) => Promise<T>): Promise<T> {
    if (this.#now) throw new AtelierError("generate/busy");
    const answer: Answer = { isStopped: false, ended: Promise.resolve() };
    this.#now = answer;
    const written = write(() => answer.isStopped);
    answer.ended = written.catch(() => undefined);
    try {
      return await written;
    } finally {
      this.#now = undefined;
    }
  }

  stop(): void {
    if (this.#now) this.#now.isStopped = true;
  }

  /** Stops what is being written; resolves when nothing is. */
  async end(): Promise<void> {
    while (this.#now) {
      this.#now.isStopped = true;
      await this.#now.ended;
    }
  }
}
