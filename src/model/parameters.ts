// What is trained, as named groups: one per stage of the model (embedding, each layer, final norm, head, prompt). A group is one flat
// vector, because the optimizer and the gradient are then one run each, whatever the number of its tensors. Trainer, checkpoints, files
// and budgets know parameters only in this form.
import { elementCount, type Shape } from "../base/tensor.ts";

/** What a tensor is to whoever treats some of them otherwise: weight decay leaves out norms and biases where that is asked for. */
export type ParameterKind = "matrix" | "vector" | "bias" | "norm" | "embedding";

/** A tensor of a group. */
export interface ParameterEntry {
  /**
   * Unique within the group, e.g. "q_proj.lora_A". One that has the name of an input of the stage's graph ("q_proj.bias",
   * "input_layernorm", "q_proj.weight") takes that input's place: what was frozen is trained.
   */
  readonly name: string;
  readonly shape: Shape;
  /** Where it lies in the flat vector, in elements. */
  readonly offset: number;
  readonly size: number;
  readonly kind: ParameterKind;
  /**
   * What it is called in files: PEFT's name where PEFT has one, else the checkpoint's. Entries of one name are columns of one tensor, side
   * by side in the order of the layout.
   */
  readonly tensor: string;
  /** Its learning rate is that of the run times this (LoRA+, Hayou et al. 2024); 1 if absent. */
  readonly rate?: number;
}

/** "embedding", "layer.0" and so on, "finalNorm", "head", "prompt". */
export type GroupName = string;

export interface ParameterGroup {
  readonly name: GroupName;
  readonly entries: readonly ParameterEntry[];
  /** Elements. */
  readonly size: number;
}

/** Without empty groups. */
export type ParameterLayout = readonly ParameterGroup[];

/** Flat float32 vectors by the names of their groups. */
export type NamedVectors = Readonly<Record<GroupName, Float32Array>>;

export function layerGroup(layer: number): GroupName {
  return `layer.${layer}`;
}

/** An entry before it has a place. */
export type TensorRow = Omit<ParameterEntry, "offset" | "size">;

/** Lays tensors out one after the other; null where there are none. */
export function groupOf(name: GroupName, tensors: readonly TensorRow[]): ParameterGroup | null {
  let size = 0;
  const entries = tensors.map((tensor) => {
    const entry = { ...tensor, offset: size, size: elementCount(tensor.shape) };
    size += entry.size;
    return entry;
  });
  return size === 0 ? null : { name, entries, size };
}

/** One group per layer, of what each of its parts has. */
export function layerLayout<T>(
  byLayer: readonly (readonly T[])[],
  tensorsOf: (part: T, layer: number) => readonly TensorRow[],
): ParameterLayout {
  return byLayer.flatMap(
    (parts, layer) =>
      groupOf(
        layerGroup(layer),
        parts.flatMap((part) => tensorsOf(part, layer)),
      ) ?? [],
  );
}

export function parameterTotal(layout: ParameterLayout): number {
  return layout.reduce((sum, { size }) => sum + size, 0);
}

/** Groups whose tensors have the same names, shapes, kinds and rates have the same key: they share programs. */
export function groupKey(group: ParameterGroup | undefined): string {
  return group ? group.entries.map(({ name, shape, kind, rate = 1 }) => `${name}[${shape.join()}]${kind}${rate}`).join() : "";
}
