// A checkpoint as the model sees it, whatever files it lies in: names, shapes, float32 data.
import type { Shape } from "../base/tensor.ts";

export interface TensorReader {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Row-major; the whole tensor, or its rows along the first axis from `fromRow` up to `toRow`. The data is the caller's. */
  read(name: string, fromRow?: number, toRow?: number): Promise<Float32Array>;
}
