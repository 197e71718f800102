// Which matrices to hold in more bits when the mean of bits per weight is bounded: a knapsack, filled in the order of what a bit saves.

export interface SensitiveMatrix {
  readonly name: string;
  readonly elements: number;
  /** What holding this matrix alone in the low form costs, measured, in any unit that adds up; the high form costs next to nothing. */
  readonly cost: number;
}

export interface BitBudget {
  readonly low: number;
  readonly high: number;
  /** Most bits per weight in the mean over all matrices. */
  readonly mean: number;
}

/** The names of the matrices that get the high form. One that no longer fits is passed over; one that saves nothing gets no more bits. */
export function mostSensitive(matrices: readonly SensitiveMatrix[], { low, high, mean }: BitBudget): ReadonlySet<string> {
  const elements = matrices.reduce((sum, matrix) => sum + matrix.elements, 0);
  let room = (mean - low) * elements;
  const chosen = new Set<string>();
  for (const matrix of matrices.toSorted((a, b) => b.cost / b.elements - a.cost / a.elements)) {
    const bits = (high - low) * matrix.elements;
    // A billionth: the sum of many products is not exact.
    if (matrix.cost <= 0 || bits > room + 1e-9 * elements) continue;
    room -= bits;
    chosen.add(matrix.name);
  }
  return chosen;
}
