// A form is held without ever being made into numbers, where the loader would have seen what is not finite: so its parts are looked at.
import { AtelierError } from "../../base/errors.ts";
import { firstNotFinite } from "../../base/finite.ts";

/** @throws AtelierError `model/not-finite` naming the tensor */
export function requireFiniteIn(tensor: string, values: Float32Array): void {
  const found = firstNotFinite(values);
  if (found) throw new AtelierError("model/not-finite#tensor", { tensor, found: found.what });
}
