// A tensor is cut into many parts a few at a time: a GPU kernel binds a buffer per part, and WebGPU grants every shader eight.

/** Beside the buffer that is cut. */
const mostOutputs = 7;

export interface SplitStep {
  /** Parts from `start` up to `end`. */
  readonly start: number;
  readonly end: number;
  /** Size of what is left for the next step; 0 in the last. */
  readonly rest: number;
}

export function splitSteps(sizes: readonly number[]): readonly SplitStep[] {
  const steps: SplitStep[] = [];
  for (let start = 0; start < sizes.length;) {
    const isLast = sizes.length - start <= mostOutputs;
    const end = isLast ? sizes.length : start + mostOutputs - 1;
    steps.push({ start, end, rest: sizes.slice(end).reduce((sum, size) => sum + size, 0) });
    start = end;
  }
  return steps;
}
