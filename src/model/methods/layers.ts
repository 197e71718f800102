// Which layers a method is for, as the knob "layers" says it.
import { AtelierError } from "../../base/errors.ts";
import { readLayers } from "../../config/written-knobs.ts";
import type { ModelSpec } from "../spec.ts";

/**
 * The layers that a text means: "" all, "first:last" with both, "last:K" the last K.
 * @throws AtelierError `config/invalid` where the model has fewer
 */
export function chosenLayers({ layers }: Pick<ModelSpec, "layers">, text: string): readonly number[] {
  const choice = readLayers(text);
  const all = [...Array(layers).keys()];
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
  throw new AtelierError("config/invalid#layers", { found: text, layers, last: layers - 1 });
}
