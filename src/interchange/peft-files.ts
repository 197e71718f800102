// What an adapter is as files of PEFT, and what it is made from.
import type { NamedVectors } from "../model/parameters.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { Words } from "../words/message.ts";
import type { SafetensorsFile, TensorToStore } from "./safetensors.ts";

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

/** adapter_config.json as it was read. */
export type Config = Readonly<Record<string, unknown>>;

/** What a file says, beyond the modules that it is for. */
export interface ReadSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly notes?: readonly Words[];
}

export interface PeftFile {
  readonly spec: ModelSpec;
  readonly config: Config;
  readonly weights: SafetensorsFile;
  /** Paths of the modules that the adapter is for. */
  readonly modules: ReadonlySet<string>;
}
