// Cases of products with frozen matrices, for the table of gradient rules.
import type { OwnQuantization } from "../../src/config/quantizations.ts";
import { quantizers } from "../../src/model/quantization/quantizers.ts";
import { frozenProduct } from "../../src/model/stages/frozen-matrix.ts";
import { randoms, type Case } from "./finite-differences.ts";
import { randomEncoded, upload, uploadRandom } from "./quantize.ts";
import { the } from "./the.ts";

export function nBits(quantization: OwnQuantization, rows: number, columns: number): Case {
  const shape = { rows, columns };
  return {
    wrt: [[3, columns]],
    build: (g, [x]) => frozenProduct(g, quantizers[quantization].form, "w", shape, the(x)),
    fixed: (engine) => uploadRandom(engine, quantization, shape),
  };
}

/** Steps have no gradient, so that here only the other factor has one. */
export function roundedRows(parts: 1 | 2): Case {
  const shape = { rows: 5, columns: 13 };
  const form = { kind: "rows", activationParts: parts } as const;
  return {
    wrt: [[3, 5]],
    build: (g, [y]) => g.mul(the(y), frozenProduct(g, form, "w", shape, g.input("x", "float32", [3, 13]))),
    fixed: (engine) => ({
      x: engine.upload("float32", [3, 13], randoms(39, 6, false)),
      ...upload(engine, "w", form, shape, randomEncoded(form, shape, 5)),
    }),
    isForCpu: true,
  };
}
