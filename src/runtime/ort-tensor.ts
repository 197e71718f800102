// A tensor of ONNX Runtime Web as an engine hands it out: with the type and shape that it was made under, and views of its bytes as others.
import type * as ort from "onnxruntime-web";
import { AtelierError } from "../base/errors.ts";
import { byteLength, elementCount, isOpen, sameShape, type DType, type Shape } from "../base/tensor.ts";
import type { DeviceTensor } from "./engine.ts";
import type { Ort } from "./ort-builds.ts";

export class OrtTensor implements DeviceTensor {
  readonly #ort: Ort;
  readonly tensor: ort.Tensor;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: number;
  readonly #release: (bytes: number) => void;
  readonly #views = new Map<string, ort.Tensor>();
  #disposed = false;

  constructor(runtime: Ort, tensor: ort.Tensor, dtype: DType, shape: Shape, release: (bytes: number) => void) {
    this.#ort = runtime;
    this.tensor = tensor;
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = byteLength(dtype, shape);
    this.#release = release;
  }

  /** The same bytes under another type and shape; nothing is copied. */
  as(dtype: DType, shape: Shape): ort.Tensor {
    if (shape.some(isOpen)) return this.#fitting(dtype, shape);
    if (byteLength(dtype, shape) !== this.bytes) {
      throw new AtelierError("engine/feed-shape", { found: this.shape.join(", "), expected: shape.join(", ") });
    }
    if (dtype === this.dtype && sameShape(shape, this.shape)) return this.tensor;
    const key = `${dtype} ${shape.join(",")}`;
    const known = this.#views.get(key);
    if (known) return known;
    const view =
      this.tensor.location === "gpu-buffer"
        ? this.#ort.Tensor.fromGpuBuffer(this.tensor.gpuBuffer, { dataType: dtype as "float32", dims: [...shape] })
        : new this.#ort.Tensor(dtype, this.tensor.data, [...shape]);
    this.#views.set(key, view);
    return view;
  }

  /** Its first rows, the very bytes. */
  firstRows(rows: number): OrtTensor {
    const { tensor } = this;
    const shape = this.shape.with(0, rows);
    const first =
      tensor.location === "gpu-buffer"
        ? this.#ort.Tensor.fromGpuBuffer(tensor.gpuBuffer, { dataType: "float32", dims: [...shape] })
        : new this.#ort.Tensor("float32", (tensor.data as Float32Array).subarray(0, elementCount(shape)), [...shape]);
    return new OrtTensor(this.#ort, first, this.dtype, shape, () => undefined);
  }

  /** Itself, where it has the sizes that are not open. */
  #fitting(dtype: DType, shape: Shape): ort.Tensor {
    const fits =
      dtype === this.dtype && shape.length === this.shape.length && shape.every((size, at) => isOpen(size) || size === this.shape[at]);
    if (!fits) throw new AtelierError("engine/feed-shape", { found: this.shape.join(", "), expected: shape.join(", ") });
    return this.tensor;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#release(this.bytes);
    this.tensor.dispose();
  }
}
