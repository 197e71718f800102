// What an adapter is as files of PEFT, and what it is made from.
import type { NamedVectors } from "../model/parameters.ts";
import type { TensorToStore } from "./safetensors.ts";

export interface PeftFiles {
  /** Keys of adapter_config.json beside those that every kind has. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: readonly TensorToStore[];
}

/** What of a run is written. */
export interface Trained {
  readonly parameters: NamedVectors;
  readonly fixed: NamedVectors;
}
