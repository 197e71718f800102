// What is handed out as numbers is finite: in JSON a NaN becomes null, and the likeliest of tokens that are all NaN is any token.
import { AtelierError } from "../base/errors.ts";
import { firstNotFinite, nameOf } from "../base/finite.ts";

/**
 * @param withAdapter whether an adapter took part
 * @throws AtelierError `model/logits-not-finite`
 */
export function requireFiniteLogits(logits: Float32Array, withAdapter: boolean): void {
  const bad = firstNotFinite(logits);
  if (!bad) return;
  const count = logits.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  throw new AtelierError(
    "model/logits-not-finite",
    `${count} of the ${logits.length} logits are not finite; that of token ${bad.at} is ${bad.what}.`,
    withAdapter
      ? "Try the base model without the adapter. If that answers, the adapter's numbers are too large: take an earlier checkpoint of it."
      : "The weights, finite as they are, overflow for these tokens. Load the model with another quantization, or take another copy of it.",
  );
}

/** @throws AtelierError `model/loss-not-finite` */
export function requireFiniteNumber(what: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new AtelierError(
    "model/loss-not-finite",
    `${what} is ${nameOf(value)}.`,
    "The weights or the adapter overflow for these tokens. Try the base model without the adapter, or other examples.",
  );
}
