// BOFT (Liu et al. 2024, as PEFT has it): y = s ∘ (W (R x)) + bias, where R is a product of rotations of small blocks whose features are
// shuffled like the wings of a butterfly in between, so that a few small blocks reach far; s scales the output.
import { AtelierError } from "../../base/errors.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import { matrixShape, type Value } from "../../graph/value.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { addedMethod, filledVectors, slotLayout } from "./added.ts";
import { chosenSlots, type TargetChoice } from "./targets.ts";
import { cayley, rotateBlocks } from "./cayley.ts";
import type { AppliedMethod, BlockMethod, ParameterValues } from "./method.ts";

export interface BoftSettings extends TargetChoice {
  readonly blockSize: number;
  readonly factors: number;
}

/** @throws AtelierError `config/invalid` naming a target, layers, or a module that cannot be cut into blocks */
export function boft(spec: ModelSpec, settings: BoftSettings): AppliedMethod {
  const { blockSize, factors } = settings;
  const layout = slotLayout(spec, chosenSlots(spec, settings), (slot) => {
    requireBlocks(slot, settings);
    return [
      { name: "boft_R", kind: "matrix", shape: [factors, slot.inFeatures / blockSize, blockSize, blockSize] },
      { name: "boft_s", kind: "vector", shape: [slot.outFeatures, 1] },
    ];
  });
  const start = () => ({ parameters: filledVectors(layout, ({ name }) => (name.endsWith(".boft_s") ? 1 : 0)), fixed: {} });
  return addedMethod({ kind: "boft", layout, block: () => block, start });
}

/** As PEFT does: blocks divide the width, and shuffles have whole halves of blocks to change places. */
function requireBlocks({ inFeatures, path }: LinearSlot, { blockSize, factors }: BoftSettings): void {
  const given = { module: path, width: String(inFeatures), size: String(blockSize) };
  if (blockSize < 2 || inFeatures % blockSize !== 0) throw new AtelierError("config/invalid#blocks", given);
  const fits = factors === 1 || (blockSize % 2 === 0 && inFeatures % (blockSize * 2 ** (factors - 1)) === 0);
  if (!fits) throw new AtelierError("config/invalid#factors", { ...given, factors: String(factors) });
}

const block: BlockMethod = {
  key: "boft",
  hooks: (g, parameters) => {
    const rotations = rotationsOf(g, parameters);
    return {
      linear: (slot, x, frozen, { product, bias }) => {
        const [own, scale] = [rotations.get(slot.name), parameters.get(`${slot.name}.boft_s`)];
        if (!own || !scale) return frozen(x);
        // The last factor comes first.
        const turned = own.reduceRight((sum, rotation, factor) => rotateShuffled(g, sum, rotation, factor), x);
        const scaled = g.mul(product(turned), g.reshape(scale, [1, slot.outFeatures]));
        return bias ? g.add(scaled, bias) : scaled;
      },
    };
  },
};

/** By the names of the slots, one per factor: [blocks, size, size]. All are made together: a GPU pays by the kernel. */
function rotationsOf(g: GraphBuilder, parameters: ParameterValues): ReadonlyMap<string, readonly Value[]> {
  const slots = [...parameters].filter(([name]) => name.endsWith(".boft_R"));
  if (slots.length === 0) return new Map();
  const flat = slots.map(([, value]) => {
    const [factors = 0, blocks = 0, size = 0] = value.shape;
    return g.reshape(value, [factors * blocks, size, size]);
  });
  const all = g.concat(flat, 0);
  const skew = g.mul(g.sub(all, g.transpose(all, [0, 2, 1])), g.float(0.5));
  const sizes = slots.flatMap(([, { shape }]) => Array<number>(shape[0] as number).fill(shape[1] as number));
  const parts = g.split(cayley(g, skew), sizes);
  let next = 0;
  return new Map(
    slots.map(([name, { shape }]) => {
      const own = parts.slice(next, next + (shape[0] as number));
      next += own.length;
      return [name.slice(0, -".boft_R".length), own] as const;
    }),
  );
}

/** Before the rotation the halves of 2^factor blocks at a time are dealt out in turn, one of the front and one of the back; afterwards they go back. */
function rotateShuffled(g: GraphBuilder, x: Value, rotation: Value, factor: number): Value {
  if (factor === 0) return rotateBlocks(g, x, rotation);
  const [tokens, width] = matrixShape(x);
  const half = (rotation.shape[1] as number) / 2;
  const pairs = 2 ** factor;
  const groups = width / (pairs * 2 * half);
  const shuffled = (value: Value, ...order: readonly [number, number]): Value =>
    g.reshape(g.transpose(g.reshape(value, [tokens, groups, ...order, half]), [0, 1, 3, 2, 4]), [tokens, width]);
  return shuffled(rotateBlocks(g, shuffled(x, 2, pairs), rotation), pairs, 2);
}
