// What files that were dropped on the page are meant to be, by their names alone.
import { adapterConfigName, adapterWeightsName, mlxWeightsName } from "../config/adapter-files.ts";

export type DropKind = "dataset" | "model" | "adapter" | "state";

export function dropKind(names: readonly string[]): DropKind {
  if ([adapterConfigName, adapterWeightsName, mlxWeightsName].some((name) => names.includes(name))) return "adapter";
  const isModel = names.some(
    (name) => name === "config.json" || name === "model.safetensors" || name === "tokenizer.json" || /\.gguf$/i.test(name),
  );
  if (isModel) return "model";
  return names.some((name) => name.endsWith(".safetensors")) ? "state" : "dataset";
}
