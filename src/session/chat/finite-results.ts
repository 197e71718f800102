// What is handed out as numbers is finite: in JSON a NaN becomes null, and the likeliest of tokens that are all NaN is any token.
import { AtelierError } from "../../base/errors.ts";
import { firstNotFinite, nameOf } from "../../base/finite.ts";
import { words } from "../../words/message.ts";

/**
 * @param withAdapter whether an adapter took part
 * @throws AtelierError `model/logits-not-finite`
 */
export function requireFiniteLogits(logits: Float32Array, withAdapter: boolean): void {
  const bad = firstNotFinite(logits);
  if (!bad) return;
  const count = logits.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  const found = { count, all: logits.length, token: String(bad.at), found: bad.what };
  throw new AtelierError(withAdapter ? "model/logits-not-finite#adapter" : "model/logits-not-finite", found);
}

/** @throws AtelierError `model/loss-not-finite` */
export function requireFiniteNumber(what: "model/the-loss" | "model/the-training-loss" | "model/the-gradient-norm", value: number): number {
  if (Number.isFinite(value)) return value;
  throw new AtelierError("model/loss-not-finite", { what: words(what), found: nameOf(value) });
}
