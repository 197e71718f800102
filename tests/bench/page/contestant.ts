// What a page of the bench offers to the command: answers instead of exceptions, so that an error keeps its record.
import { toErrorRecord } from "../../../src/base/errors.ts";
import type { Opened, Turn } from "../contest.ts";
import type { Case } from "../shapes.ts";

export interface Contestant {
  open(asked: Case, file: File): Promise<Opened>;
  turn(leastMs: number): Promise<Turn>;
  details(): Promise<object>;
}

export function offer(contestant: Contestant): void {
  const answered = async <T>(work: () => Promise<T>) => {
    try {
      return { value: await work() };
    } catch (error) {
      return { error: toErrorRecord(error) };
    }
  };
  globalThis.window.benchContestant = {
    open: (asked) => answered(() => contestant.open(asked, pickedFile())),
    turn: (leastMs) => answered(() => contestant.turn(leastMs)),
    details: () => answered(() => contestant.details()),
  };
}

function pickedFile(): File {
  const file = document.querySelector<HTMLInputElement>("#model")?.files?.[0];
  if (!file) throw new Error("No file was picked.");
  return file;
}
