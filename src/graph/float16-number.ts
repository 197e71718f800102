// A number that is written in a graph of float16.
import { AtelierError } from "../base/errors.ts";
import { float16Value, toFloat16 } from "../base/half.ts";

/** @throws AtelierError `graph/number` where float16 has nothing near it */
export function float16Of(number: number): Uint16Array<ArrayBuffer> {
  const bits = toFloat16(Float32Array.of(number));
  const nearest = float16Value(bits[0] as number);
  if (Number.isFinite(nearest) && (nearest !== 0 || number === 0)) return bits;
  throw new AtelierError("graph/number", { number: String(number) });
}
