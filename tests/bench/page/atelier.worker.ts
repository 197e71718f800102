// Atelier as a contestant: the session that the app's own worker holds, on an engine that counts what it is asked for.
import { expose } from "comlink";
import { registerErrorTransfer } from "../../../src/protocol/transfer.ts";
import { createOrtEngine } from "../../../src/runtime/ort-engine.ts";
import type { Opened, Turn } from "../contest.ts";
import type { Case, TaskName } from "../shapes.ts";
import { answering, answeringTogether, loading, type Work } from "./answer-work.ts";
import { countingEngine, difference, EngineCounts } from "./engine-counts.ts";
import { training } from "./train-work.ts";

registerErrorTransfer();

const counts = new EngineCounts();
let work: Work | undefined;

/** How a task is prepared. */
const openers = {
  train: training,
  prompt: answering,
  decode: answering,
  batched: answeringTogether,
  load: loading,
} satisfies Record<TaskName, unknown> as Readonly<Record<TaskName, typeof answering>>;

expose({
  open: async (asked: Case, file: File): Promise<Opened> => {
    work = await openers[asked.task](asked, file, async (provider) => countingEngine(await createOrtEngine(provider), counts));
    return { version: "", compared: work.compared };
  },
  turn: async (leastMs: number): Promise<Turn> => {
    let [ms, units] = [0, 0];
    do {
      const done = await opened().turn();
      ms += done.ms;
      units += done.units;
    } while (ms < leastMs);
    return { ms, units };
  },
  details: async (): Promise<object> => {
    const { once, beside, details } = opened();
    const whole = await counts.of(once);
    return { counts: beside ? difference(whole, await counts.of(beside)) : whole, ...(await details()) };
  },
});

function opened(): Work {
  if (!work) throw new Error("Nothing was opened.");
  return work;
}
