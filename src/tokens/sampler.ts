// Which examples come next: every epoch a fresh shuffle, every example once per epoch. The whole state is six numbers, so
// that a resumed run sees the very examples the uninterrupted one would have.
import { restoreRandom, seededRandom, shuffled, type RandomState } from "../base/random.ts";

export interface SamplerState {
  readonly epoch: number;
  /** Examples of this epoch already taken. */
  readonly cursor: number;
  /** The generator before this epoch's shuffle. */
  readonly random: RandomState;
}

export interface Sampler {
  /** Indices of the next examples; runs over into the next epoch where this one ends. */
  take(count: number): readonly number[];
  state(): SamplerState;
}

export function startSampler(size: number, seed: number): Sampler {
  return restoreSampler(size, { epoch: 0, cursor: 0, random: seededRandom(seed).state() });
}

export function restoreSampler(size: number, from: SamplerState): Sampler {
  let { epoch, cursor, random: before } = from;
  const indices = [...Array.from({ length: size }).keys()];
  let generator = restoreRandom(before);
  let order = shuffled(indices, generator);
  const next = (): number => {
    if (cursor === size) {
      [epoch, cursor, before] = [epoch + 1, 0, generator.state()];
      generator = restoreRandom(before);
      order = shuffled(indices, generator);
    }
    return order[cursor++] as number;
  };
  return {
    take: (count) => Array.from({ length: count }, next),
    state: () => ({ epoch, cursor, random: before }),
  };
}
