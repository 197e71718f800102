// The frozen matrices of VeRA: PEFT keeps them in the file, or only the seed that it drew them with.
import { mersenneTwister, pytorchUniform } from "../base/mersenne-twister.ts";
import { filledVectors } from "../model/methods/added.ts";
import { projectionBound } from "../model/methods/vera.ts";
import type { NamedVectors, ParameterLayout } from "../model/parameters.ts";
import { words } from "../words/message.ts";
import { unexpected } from "./adapter-tensors.ts";

type Config = Readonly<Record<string, unknown>>;

export function storesProjections({ save_projection: stores = true }: Config): boolean {
  return stores !== false;
}

/**
 * The matrices as PEFT draws them on a CPU from the seed alone, A before B.
 * @throws AtelierError `adapter/invalid` where the seed is none
 */
export function seededProjections({ projection_prng_key: seed = 0 }: Config, fixed: ParameterLayout): NamedVectors {
  if (typeof seed !== "number" || !Number.isSafeInteger(seed) || seed < 0)
    throw unexpected("projection_prng_key", seed, words("adapter/whole"));
  const bits = mersenneTwister(seed);
  return filledVectors(fixed, (entry) => pytorchUniform(bits, projectionBound(entry)));
}
