// The talk of a peer's process with the command: a line of JSON {call, given} in, one line out.
import { createInterface } from "node:readline";
import { turnOf } from "./contestant.mjs";

/** @param open as that of contestant.mjs, with the path of the model in what is asked */
export function answerLines(open) {
  let contestant;
  const calls = {
    open: async (asked) => {
      const { once, ...said } = await open(asked);
      contestant = once;
      return said;
    },
    turn: (leastMs) => turnOf(contestant, leastMs),
    details: async () => ({}),
  };
  createInterface(process.stdin).on("line", async (line) => {
    const { call, given } = JSON.parse(line);
    const answer = await calls[call](given).then(
      (value) => ({ value }),
      (error) => ({ error: String(error?.message ?? error) }),
    );
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  });
}
