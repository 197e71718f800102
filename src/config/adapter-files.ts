// The files that an adapter's folder may hold, so that whoever picks them takes these and leaves a trainer's checkpoints alone.

/** Settings, as PEFT and mlx-lm both call them. */
export const adapterConfigName = "adapter_config.json";
/** PEFT's weights. */
export const adapterWeightsName = "adapter_model.safetensors";
/** mlx-lm's weights. */
export const mlxWeightsName = "adapters.safetensors";
/** A whole model's weights: as an adapter they are those of a full fine-tuning. */
export const wholeWeightsName = "model.safetensors";
/** Weights in formats that run code or need Python to be read; they are taken only to be refused by name. */
export const unreadableWeights: readonly string[] = ["adapter_model.bin", "adapter_model.pt", "adapters.npz"];

const names: ReadonlySet<string> = new Set([adapterConfigName, adapterWeightsName, mlxWeightsName, ...unreadableWeights]);

/** A whole model's weights, where no adapter lies beside them. */
export function wholeWeightsAmong<T>(files: readonly T[], nameOf: (file: T) => string): T | undefined {
  if (files.some((file) => nameOf(file) === adapterConfigName)) return undefined;
  return files.find((file) => nameOf(file) === wholeWeightsName);
}

/** What of a folder is its adapter; a whole model's weights where there is none. */
export function adapterFilesAmong<T>(files: readonly T[], nameOf: (file: T) => string): readonly T[] {
  const whole = wholeWeightsAmong(files, nameOf);
  return files.filter((file) => names.has(nameOf(file)) || file === whole);
}
