// Which layers see only a window, and which turn their positions: read from layer_types where config.json has it, else from
// the rule of the family.
import { AtelierError } from "../base/errors.ts";
import type { ConfigReader } from "./config-reader.ts";
import { commas } from "../words/message.ts";
import type { LayerKind } from "./spec.ts";

/** All layers alike. */
export function alike(layers: number, kind: LayerKind): LayerKind[] {
  return Array.from({ length: layers }, () => kind);
}

/**
 * @param byRule whether a layer sees only a window where layer_types is absent
 * @param kinds of the two types
 * @throws AtelierError `model/config-invalid`, `model/unsupported-feature`
 */
export function parseLayerTypes(
  config: ConfigReader,
  layers: number,
  byRule: (layer: number) => boolean,
  kinds: { readonly sliding: LayerKind; readonly full: LayerKind },
): LayerKind[] {
  const types = config.list("layer_types", layers);
  return Array.from({ length: layers }, (_, layer) => {
    const type = types?.[layer] ?? (byRule(layer) ? "sliding_attention" : "full_attention");
    if (type === "sliding_attention") return kinds.sliding;
    if (type === "full_attention") return kinds.full;
    throw new AtelierError("model/unsupported-feature#option", {
      key: `layer_types[${layer}]`,
      value: JSON.stringify(type),
      supported: commas(["full_attention", "sliding_attention"]),
    });
  });
}
