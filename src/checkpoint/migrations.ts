// Checkpoints of earlier formats, step by step to the present one: migration N makes version N + 1 of version N. Records are migrated
// by their parts: configurations in config/config-migrations.ts, forms and words in the files beside this.
import { AtelierError } from "../base/errors.ts";
import { formatVersion, type Checkpoint, type GroupVectors } from "./run-record.ts";

interface Versioned {
  readonly version: number;
}

/** Version 1: LoRA with AdamW alone, one flat vector per layer. */
interface CheckpointV1 extends Versioned, Pick<Checkpoint, "step" | "cursor"> {
  readonly adapter: readonly Float32Array[];
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
}

const migrations: Readonly<Record<number, (stored: Versioned) => Versioned>> = {
  1: (stored) => {
    const { adapter, first, second, step, cursor } = stored as CheckpointV1;
    const byLayer = (vectors: readonly Float32Array[]): GroupVectors =>
      Object.fromEntries(vectors.map((vector, layer) => [`layer.${layer}`, vector]));
    return {
      version: 2,
      step,
      cursor,
      parameters: byLayer(adapter),
      fixed: {},
      optimizer: { first: byLayer(first), second: byLayer(second) },
    } satisfies Omit<Checkpoint, "version"> & Versioned;
  },
  // Precision came, and with it the factor of the loss, which float32 has none of.
  2: (stored) => ({ ...stored, version: 3 }),
};

/** @throws AtelierError `checkpoint/newer` where a later version of the app made it, `checkpoint/invalid` where it has no version */
export function currentCheckpoint(stored: unknown): Checkpoint {
  let current = stored as Versioned;
  requireKnownVersion(current.version);
  while (current.version < formatVersion) current = (migrations[current.version] as (older: Versioned) => Versioned)(current);
  return current as Checkpoint;
}

/** @throws AtelierError `checkpoint/newer`, `checkpoint/invalid` */
export function requireKnownVersion(version: unknown): asserts version is number {
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) throw new AtelierError("checkpoint/invalid#other-shape");
  if (version > formatVersion) throw new AtelierError("checkpoint/newer", { found: String(version), known: String(formatVersion) });
}
