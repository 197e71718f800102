// A product with a frozen matrix, whatever its quantization and its pieces: declares the inputs that hold it, under the names
// that the loader gives them.
import type { Quantization } from "../../config/quantizations.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { piecesOf, type Piece } from "../quantization/pieces.ts";
import type { MatrixShape } from "../quantization/scheme.ts";
import { schemes } from "../quantization/schemes.ts";

/**
 * x · Wᵀ (+ plus) with the matrix whose parts are the inputs `${name}.${part}`, [tokens, rows].
 * @param pieces of the matrix; their products are joined
 */
export function frozenProduct(
  g: GraphBuilder,
  quantization: Quantization,
  name: string,
  shape: MatrixShape,
  x: Value,
  plus?: Value,
  pieces: readonly Piece[] = piecesOf(name, shape),
): Value {
  const [whole] = pieces;
  if (whole && pieces.length === 1) return pieceProduct(g, quantization, whole, x, plus);
  const product = g.concat(
    pieces.map((piece) => pieceProduct(g, quantization, piece, x, undefined)),
    1,
  );
  return plus ? g.add(product, plus) : product;
}

function pieceProduct(g: GraphBuilder, quantization: Quantization, { name, shape }: Piece, x: Value, plus: Value | undefined): Value {
  const scheme = schemes[quantization];
  const parts = Object.entries(scheme.parts(shape)).map(([part, { dtype, shape: held }]) => [
    part,
    g.input(`${name}.${part}`, dtype, held),
  ]);
  return scheme.product(g, Object.fromEntries(parts) as Record<string, Value>, x, shape, plus);
}
