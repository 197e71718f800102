// How fast a run goes and when it will end, from the times of its steps. No clock: a reloaded run gives the same numbers.

export interface TimedStep {
  readonly tokens: number;
  /** Wall time in milliseconds. */
  readonly ms: number;
}

/** The first steps compile programs and the last ones are what matters now. */
const recentSteps = 20;

export function elapsedMs(steps: readonly TimedStep[]): number {
  return steps.reduce((sum, { ms }) => sum + ms, 0);
}

/** Over the recent steps; null before the first. */
export function tokensPerSecond(steps: readonly TimedStep[]): number | null {
  const recent = steps.slice(-recentSteps);
  const ms = elapsedMs(recent);
  return ms > 0 ? (recent.reduce((sum, { tokens }) => sum + tokens, 0) / ms) * 1000 : null;
}

/** By the median of the recent steps, which one slow step does not move; null before the first. */
export function remainingMs(steps: readonly TimedStep[], stepsLeft: number): number | null {
  const times = steps
    .slice(-recentSteps)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)];
  return median === undefined ? null : median * stepsLeft;
}
