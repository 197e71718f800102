// What files that were dropped on the page are meant to be, by their names alone.

export type DropKind = "dataset" | "model" | "adapter" | "state";

export function dropKind(names: readonly string[]): DropKind {
  if (names.includes("adapter_config.json") || names.includes("adapter_model.safetensors")) return "adapter";
  const isModel = names.some(
    (name) => name === "config.json" || name === "model.safetensors" || name === "tokenizer.json" || /\.gguf$/i.test(name),
  );
  if (isModel) return "model";
  return names.some((name) => name.endsWith(".safetensors")) ? "state" : "dataset";
}
