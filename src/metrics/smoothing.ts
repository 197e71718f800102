// Smooths a noisy curve without hiding where it starts.

/**
 * Exponential moving average with Adam's bias correction (Kingma & Ba 2015), so that the first values are not pulled to 0.
 * @param weight share of the past in each value, 0 … 1
 */
export function exponentialAverage(values: readonly number[], weight: number): number[] {
  let sum = 0;
  let total = 0;
  return values.map((value) => {
    if (Number.isFinite(value)) {
      sum = weight * sum + (1 - weight) * value;
      total = weight * total + (1 - weight);
    }
    return total === 0 ? value : sum / total;
  });
}
