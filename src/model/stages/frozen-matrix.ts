// A product with a frozen matrix, whatever its quantization: declares the inputs that hold it, under the names that the
// loader gives them.
import type { Quantization } from "../../config/run-config.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { MatrixShape } from "../quantization/scheme.ts";
import { schemes } from "../quantization/schemes.ts";

/** x · Wᵀ (+ plus) with the matrix whose parts are the inputs `${name}.${part}`. */
export function frozenProduct(
  g: GraphBuilder,
  quantization: Quantization,
  name: string,
  shape: MatrixShape,
  x: Value,
  plus?: Value,
): Value {
  const scheme = schemes[quantization];
  const parts = Object.entries(scheme.parts(shape)).map(([part, { dtype, shape: held }]) => [
    part,
    g.input(`${name}.${part}`, dtype, held),
  ]);
  return scheme.product(g, Object.fromEntries(parts) as Record<string, Value>, x, shape, plus);
}
