// Prefix tuning (Li & Liang 2021), without the network that the paper learns it through: keys and values of every layer that stand before
// those of the sequence. As in PEFT they take the first positions: they are not turned, and fall out of a window like any other.
import { groupOf, layerGroup, type ParameterLayout } from "../parameters.ts";
import type { ModelSpec } from "../spec.ts";
import type { AppliedMethod, BlockMethod } from "./method.ts";
import { normals, promptTensor, requireRoomBefore } from "./prompt.ts";

export interface PrefixSettings {
  readonly virtualTokens: number;
}

const block: BlockMethod = {
  key: "prefix",
  hooks: (_g, parameters) => {
    const [keys, values] = [parameters.get("prefix.keys"), parameters.get("prefix.values")];
    return keys && values ? { prefix: { keys, values } } : {};
  },
};

/** @throws AtelierError `config/invalid` where the context has no room for it */
export function prefix(spec: ModelSpec, { virtualTokens }: PrefixSettings): AppliedMethod {
  requireRoomBefore(spec, virtualTokens);
  const layout = prefixLayout(spec, virtualTokens);
  return {
    kind: "prefix",
    layout,
    fixed: [],
    virtualTokens: 0,
    prefixTokens: virtualTokens,
    tiesHead: false,
    block: () => block,
    start: (_base, random) => {
      const parameters = Object.fromEntries(layout.map(({ name, size }) => [name, normals(random, size)]));
      return Promise.resolve({ parameters, fixed: {} });
    },
  };
}

/** In files all layers are columns of one tensor: keys and values of the first layer, then those of the second, and so on. */
function prefixLayout({ layers, kvHeads, headDim }: ModelSpec, virtualTokens: number): ParameterLayout {
  const part = (name: string) => ({ name, shape: [virtualTokens, kvHeads * headDim], kind: "embedding", tensor: promptTensor }) as const;
  return [...Array(layers).keys()].flatMap((layer) => {
    const group = groupOf(layerGroup(layer), [part("prefix.keys"), part("prefix.values")]);
    return group ? [group] : [];
  });
}
