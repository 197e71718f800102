// What layers of different kinds take besides their weights: the tables of their rope and the mask of their window. Made
// once per kind, however many layers share it.
import { floatsAs } from "../base/half.ts";
import type { FloatType, Shape } from "../base/tensor.ts";
import type { DeviceTensor, Engine } from "../runtime/engine.ts";
import { rotaryTables, stretchOf } from "./rope.ts";
import type { LayerKind, ModelSpec } from "./spec.ts";

/** Added to a score that may not be seen; large enough to vanish in float32, small enough not to overflow. */
export const maskedScore = -1e9;

export interface RopeTables {
  readonly cos: DeviceTensor;
  readonly sin: DeviceTensor;
}

/** By the size of the window; null: no window. */
type Masks = ReadonlyMap<number | null, DeviceTensor>;

/**
 * One pair per rope of the model, [positions, dims / 2] each.
 * @param length tokens of the sequence, which some ropes turn by
 */
export function uploadRopes(
  { ropes }: ModelSpec,
  positions: number,
  length: number,
  upload: Engine["upload"],
  activations: FloatType = "float32",
): RopeTables[] {
  return ropes.map((rope) => {
    let made: ReturnType<typeof rotaryTables> | undefined;
    const tables = () => (made ??= rotaryTables(rope, positions, length));
    const uploaded = (side: keyof RopeTables): DeviceTensor =>
      upload(activations, [positions, rope.dims / 2], () => floatsAs(activations, tables()[side]));
    return { cos: uploaded("cos"), sin: uploaded("sin") };
  });
}

/** Whether sequences of both lengths turn their positions by the same angles. */
export function turnsAlike({ ropes }: ModelSpec, length: number, other: number): boolean {
  return ropes.every((rope) => stretchOf(rope, length) === stretchOf(rope, other));
}

/** @param build the mask's data for a window */
export function uploadMasks(
  { layerKinds }: ModelSpec,
  shape: Shape,
  build: (window: number | null) => Float32Array,
  upload: Engine["upload"],
): Masks {
  const windows = new Set(layerKinds.map(({ window }) => window));
  return new Map([...windows].map((window) => [window, upload("float32", shape, () => build(window))]));
}

/** The inputs of a layer of this kind. */
export function kindFeeds({ rope, window }: LayerKind, ropes: readonly RopeTables[], masks: Masks): Record<string, DeviceTensor> {
  const mask = masks.get(window) as DeviceTensor;
  return rope === null ? { mask } : { mask, ...ropes[rope] };
}

/** Whether row i sees row j ≤ i through the window; the window counts the row itself. */
export function isVisible(i: number, j: number, window: number | null): boolean {
  return j <= i && (window === null || i - j < window);
}

/** Layers whose graphs are the same have the same key: what a window hides is data. */
export function graphKey({ rope }: LayerKind, { ropes }: ModelSpec): string {
  return rope === null ? "nope" : `rope:${ropes[rope]?.dims}`;
}
