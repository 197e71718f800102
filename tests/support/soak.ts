// What takes minutes is done for every family by `npm run soak`, and for a few that differ in all that matters by every other run.

const few: ReadonlySet<string> = new Set(["llama", "gpt2"]);

/** Whether all is to be done. */
export const isSoaking = process.env["ATELIER_SOAK"] === "1";

/** Of rows that are called by families: all when soaking, else those of a few. */
export function soaked<T extends readonly [string, ...unknown[]]>(rows: readonly T[]): readonly T[] {
  return isSoaking ? rows : rows.filter(([name]) => few.has(name));
}
