// What the page of a peer offers to the command, as page/contestant.ts does for Atelier's. Nothing here is built or changed on the way.

/**
 * @param {(asked: object, file: File) => Promise<{ version?: string, compared: string, once: () => Promise<{ ms: number, units: number }> }>} open
 */
export function offer(open) {
  let contestant;
  const answered = async (work) => {
    try {
      return { value: await work() };
    } catch (error) {
      return { error: String(error?.message ?? error) };
    }
  };
  window.benchContestant = {
    open: (asked) =>
      answered(async () => {
        const { once, ...said } = await open(asked, document.querySelector("#model").files[0]);
        contestant = once;
        return said;
      }),
    turn: (leastMs) => answered(() => turnOf(contestant, leastMs)),
    details: () => answered(async () => ({})),
  };
}

/** As often as takes this time, at least once. */
export async function turnOf(once, leastMs) {
  let [ms, units] = [0, 0];
  do {
    const done = await once();
    ms += done.ms;
    units += done.units;
  } while (ms < leastMs);
  return { ms, units };
}
