// Bottleneck adapters (Houlsby et al. 2019): after attention and after the mlp, y + up(activation(down(y))) with a narrow middle. They
// stand where the paper has them: right behind the sublayer's last product, before what the block does with it.
import type { Random } from "../../base/random.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { activations, type Activation } from "../activations.ts";
import { groupOf, layerGroup, type NamedVectors, type ParameterLayout } from "../parameters.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { chosenLayers } from "./layers.ts";
import type { AppliedMethod, BlockMethod, ParameterValues } from "./method.ts";
import { modulePath } from "./targets.ts";

const adapterActivations = {
  gelu: activations.gelu,
  relu: (g, x) => g.maximum(x, g.float(0)),
  silu: activations.silu,
} as const satisfies Readonly<Record<string, Activation>>;

export interface BottleneckSettings {
  readonly bottleneckSize: number;
  readonly activation: keyof typeof adapterActivations;
  readonly layers: string;
}

/** @throws AtelierError `config/invalid` where the model does not have the layers */
export function bottleneck(spec: ModelSpec, settings: BottleneckSettings): AppliedMethod {
  const layout = bottleneckLayout(spec, settings);
  const block: BlockMethod = {
    key: `bottleneck:${settings.activation}`,
    hooks: (g, parameters) => ({
      sublayer: (which, y) => adapted(g, parameters, which, y, adapterActivations[settings.activation]),
    }),
  };
  return {
    kind: "bottleneck",
    layout,
    fixed: [],
    isNothingAtZero: true,
    virtualTokens: 0,
    prefixTokens: 0,
    tiesHead: false,
    block: () => block,
    start: (_base, random) => Promise.resolve({ parameters: bottleneckStart(layout, random), fixed: {} }),
  };
}

type Sublayer = NonNullable<LinearSlot["sublayer"]>;

function bottleneckLayout(spec: ModelSpec, { bottleneckSize, layers }: BottleneckSettings): ParameterLayout {
  return chosenLayers(spec, layers).flatMap((layer) => {
    const tensors = spec.linears.flatMap((slot) => (slot.sublayer ? adapterOf(spec, layer, slot, slot.sublayer, bottleneckSize) : []));
    const group = groupOf(layerGroup(layer), tensors);
    return group ? [group] : [];
  });
}

function adapterOf(spec: ModelSpec, layer: number, slot: LinearSlot, which: Sublayer, size: number) {
  const { hiddenSize } = spec;
  const module = modulePath(spec, layer, slot);
  const half = (part: "adapter_down" | "adapter_up", rows: number, columns: number) =>
    [
      { name: `${which}.${part}`, shape: [rows, columns], kind: "matrix", tensor: `${module}.${part}.weight` },
      { name: `${which}.${part}.bias`, shape: [rows], kind: "bias", tensor: `${module}.${part}.bias` },
    ] as const;
  return [...half("adapter_down", size, hiddenSize), ...half("adapter_up", hiddenSize, size)];
}

function adapted(g: GraphBuilder, parameters: ParameterValues, which: Sublayer, y: Value, activation: Activation): Value {
  const product = (x: Value, part: "adapter_down" | "adapter_up"): Value | undefined => {
    const weight = parameters.get(`${which}.${part}`);
    return weight && g.gemm(x, weight, { transB: true, plus: parameters.get(`${which}.${part}.bias`) });
  };
  const middle = product(y, "adapter_down");
  const change = middle && product(activation(g, middle), "adapter_up");
  return change ? g.add(y, change) : y;
}

/** The way down a uniform in ±1/√hidden, all else zero: the adapter starts as no change. */
function bottleneckStart(layout: ParameterLayout, random: Random): NamedVectors {
  const starts = layout.map(({ name, size, entries }) => {
    const flat = new Float32Array(size);
    for (const { name: tensor, offset, size: count, shape } of entries) {
      if (!tensor.endsWith(".adapter_down")) continue;
      const bound = 1 / Math.sqrt(shape[1] ?? 1);
      for (let at = 0; at < count; at++) flat[offset + at] = (2 * random.uniform() - 1) * bound;
    }
    return [name, flat] as const;
  });
  return Object.fromEntries(starts);
}
