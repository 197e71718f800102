// What PEFT's files call tensors: the path of a module of the base below one root.

export const peftRoot = "base_model.model.";

/** @param tensor what it is called below its module: "lora_A.weight" */
export function peftTensor(module: string, tensor: string): string {
  return `${peftRoot}${module}.${tensor}`;
}
