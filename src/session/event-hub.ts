// Numbers events per run and sends steps in batches, so that fast training cannot flood the page. A step that comes after a pause is told at
// once: while the next one is computed nothing can be sent.
import type { StepReport } from "../checkpoint/run-record.ts";
import type { EngineEvent } from "../protocol/events.ts";

const flushIntervalMs = 100;

type News = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, "seq"> : never) : never;

export class EventHub {
  #listener: (event: EngineEvent) => void = () => undefined;
  readonly #seq = new Map<string, number>();
  readonly #waiting = new Map<string, StepReport[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushedAt = -Infinity;

  listen(listener: (event: EngineEvent) => void): void {
    this.#listener = listener;
  }

  step(runId: string, report: StepReport): void {
    this.#waiting.set(runId, [...(this.#waiting.get(runId) ?? []), report]);
    if (performance.now() - this.#flushedAt >= flushIntervalMs) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), flushIntervalMs);
  }

  /** Sends at once, after the steps that came before. */
  send(news: News): void {
    this.#flush();
    const seq = (this.#seq.get(news.runId) ?? 0) + 1;
    this.#seq.set(news.runId, seq);
    this.#listener({ ...news, seq });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    if (waiting.length > 0) this.#flushedAt = performance.now();
    this.#waiting.clear();
    for (const [runId, steps] of waiting) this.send({ kind: "steps", runId, steps });
  }
}
