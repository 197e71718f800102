// A form whose codes are chosen with what its inputs look like.
import type { MatrixForm } from "./forms.ts";
import type { EncodedMatrix, MatrixShape } from "./scheme.ts";

export interface Calibrated {
  readonly form: MatrixForm;
  /**
   * @param weights row-major; overwritten
   * @param factor of the inputs' sum of x xᵀ: {@link inverseFactor}
   */
  round(weights: Float32Array, shape: MatrixShape, factor: Float64Array): EncodedMatrix;
}
