// The loss by the programs that answer instead of those that train: on the CPU they may have the weights in another form.
import { DecoderPrograms } from "../../generate/decoder-programs.ts";
import { ofAll, PackedCache } from "../../generate/packed-cache.ts";
import { chunkRows } from "../../generate/sequence-cache.ts";
import type { LoadedModel } from "../../model/weights.ts";
import { ignoreLabel, type Batch } from "../../tokens/batch.ts";
import { requireFiniteNumber } from "../chat/finite-results.ts";

/** Null where those programs are not to be had for this model, so that it answers layer by layer, exactly. */
export async function withChatPrograms<T>(model: LoadedModel, use: (programs: DecoderPrograms) => Promise<T>): Promise<T | null> {
  const programs = new DecoderPrograms(model, null);
  try {
    return programs.residents.holds(null) ? await use(programs) : null;
  } finally {
    await programs.dispose();
  }
}

/** Sum over the predicted tokens of one row of a batch, in nats: read in chunks, as a prompt is. */
export async function rowChatLoss(programs: DecoderPrograms, { seq, ids, labels, attention }: Batch, row: number): Promise<number> {
  const from = row * seq;
  const length = attention.subarray(from, from + seq).reduce((sum, seen) => sum + seen, 0);
  using cache = new PackedCache(programs, length, null);
  cache.turn(length);
  let sum = 0;
  for (let at = 0; at < length; at += chunkRows) {
    const end = Math.min(length, at + chunkRows);
    const places = Array.from({ length: end - at }, (_, index) => at + index);
    const targets = places.map((place) => (place + 1 < length ? (labels[from + place + 1] ?? ignoreLabel) : ignoreLabel));
    const picked = [...targets.keys()].filter((index) => targets[index] !== ignoreLabel);
    const rows = places.map((position) => ({ id: ids[from + position] ?? 0, sequence: ofAll, position }));
    const logits = await cache.append(rows, picked);
    const vocabulary = logits.length / picked.length;
    for (const [index, of] of picked.entries())
      sum -= logProb(logits.subarray(index * vocabulary, (index + 1) * vocabulary), targets[of] ?? 0);
  }
  return requireFiniteNumber("model/the-loss", sum);
}

function logProb(logits: Float32Array, label: number): number {
  const greatest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - greatest), 0);
  return (logits[label] ?? -Infinity) - greatest - Math.log(total);
}
