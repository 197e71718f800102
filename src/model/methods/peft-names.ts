// What PEFT's files call tensors: the path of a module of the base below one root.

export const peftRoot = "base_model.model.";

/** What PEFT's model calls a parameter, by what its files call it: they leave out the last word of DoRA's sizes. */
export function parameterName(tensor: string): string {
  return tensor.replace(/\.lora_magnitude_vector$/, "$&.weight");
}

/** @param tensor what it is called below its module: "lora_A.weight" */
export function peftTensor(module: string, tensor: string): string {
  return `${peftRoot}${module}.${tensor}`;
}
