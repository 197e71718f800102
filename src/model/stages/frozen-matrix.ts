// A product with a frozen matrix, whatever its form and its pieces: declares the inputs that hold it, under the names
// that the loader gives them.
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { piecesOf, type Piece } from "../quantization/pieces.ts";
import type { MatrixShape } from "../quantization/scheme.ts";
import { schemeOf } from "../quantization/form-schemes.ts";
import type { MatrixForm } from "../quantization/forms.ts";

/**
 * x · Wᵀ (+ plus) with the matrix whose parts are the inputs `${name}.${part}`, [tokens, rows].
 * @param pieces of the matrix; their products are joined
 */
export function frozenProduct(
  g: GraphBuilder,
  form: MatrixForm,
  name: string,
  shape: MatrixShape,
  x: Value,
  plus?: Value,
  pieces: readonly Piece[] = piecesOf(name, shape),
): Value {
  const [whole] = pieces;
  if (whole && pieces.length === 1) return pieceProduct(g, form, whole, x, plus);
  const product = g.concat(
    pieces.map((piece) => pieceProduct(g, form, piece, x, undefined)),
    1,
  );
  return plus ? g.add(product, plus) : product;
}

function pieceProduct(g: GraphBuilder, form: MatrixForm, { name, shape }: Piece, x: Value, plus: Value | undefined): Value {
  const scheme = schemeOf(form);
  const parts = Object.entries(scheme.parts(shape)).map(
    ([part, { dtype, shape: held }]) => [part, g.sharedInput(`${name}.${part}`, dtype, held)] as const,
  );
  return scheme.product(g, Object.fromEntries(parts), x, shape, plus);
}
