// A checkpoint as the model sees it, whatever files it lies in: names, shapes, float32 data.
import type { Shape } from "../base/tensor.ts";
import type { MatrixForm } from "./quantization/forms.ts";
import type { EncodedMatrix } from "./quantization/scheme.ts";

/** A matrix that a checkpoint has in a form that can be held as it is. */
export interface PublishedMatrix {
  readonly form: MatrixForm;
  /** How its publisher calls the form, e.g. "Q4_K" or "GPTQ". */
  readonly name: string;
  /** The parts of rows `fromRow` up to `toRow`, as those of a matrix of its own: [rows, columns] = [out, in] of the linear layer. */
  read(fromRow: number, toRow: number): Promise<EncodedMatrix>;
  /**
   * Of codes that were rounded here: the checkpoint's numbers of the same rows, by which its fingerprint goes. Absent where the codes
   * stand for them exactly.
   */
  numbers?(fromRow: number, toRow: number): Promise<Float32Array>;
}

export interface TensorReader {
  /** As numbers, however they are stored. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Row-major; the whole tensor, or its rows along the first axis from `fromRow` up to `toRow`. The data is the caller's. */
  read(name: string, fromRow?: number, toRow?: number): Promise<Float32Array>;
  /** By the names of {@link shapes}; what is not in it comes as numbers only. */
  readonly published?: ReadonlyMap<string, PublishedMatrix>;
}
