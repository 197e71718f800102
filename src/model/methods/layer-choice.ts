// The layers that a setting means.
import { AtelierError } from "../../base/errors.ts";
import { readLayers } from "../../config/written-knobs.ts";
import type { ModelSpec } from "../spec.ts";

/**
 * @param text as {@link readLayers} takes it
 * @throws AtelierError `config/invalid` where the model does not have them
 */
export function chosenLayers({ layers, family }: Pick<ModelSpec, "layers" | "family">, text: string): readonly number[] {
  const all = [...Array(layers).keys()];
  const choice = readLayers(text);
  switch (choice?.kind) {
    case "all":
      return all;
    case "range":
      if (choice.last < layers) return all.slice(choice.first, choice.last + 1);
      break;
    case "last":
      if (choice.count <= layers) return all.slice(layers - choice.count);
      break;
    case undefined:
      break;
    default:
      return choice satisfies never;
  }
  throw new AtelierError("config/invalid#layers", { found: text, family, layers, last: layers - 1 });
}
