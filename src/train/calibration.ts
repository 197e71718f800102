// Goes through a model layer by layer with the texts that it is calibrated on: what the linear layers of a layer see, and what comes
// out of it once its matrices are rounded, so that later layers make up for what earlier ones lost. One layer is on the engine at a
// time; the hidden states of all texts lie on the host.
import { itemOf, the } from "../base/the.ts";
import { formsKey, type LayerForms } from "../model/held-weights.ts";
import { graphKey } from "../model/layer-inputs.ts";
import type { PreparedTensor } from "../model/prepare-weights.ts";
import { schemeOf } from "../model/quantization/form-schemes.ts";
import type { MatrixForm } from "../model/quantization/forms.ts";
import type { EncodedMatrix } from "../model/quantization/scheme.ts";
import type { ModelSpec } from "../model/spec.ts";
import { uploadHeld } from "../model/upload-held.ts";
import { blockForwardGraph, blockGramsGraph, type LinearInput } from "../model/stages/block.ts";
import { readFloats, type DeviceTensor, type Engine } from "../runtime/engine.ts";
import { ProgramCache } from "../runtime/program-cache.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import type { Batch } from "../tokens/batch.ts";
import { Pass } from "./pass.ts";

/** A text on its way through the layers. */
interface Travelling {
  readonly batch: Batch;
  /** [batch · seq, hidden] */
  hidden: Float32Array;
}

/** Σ x xᵀ over all tokens by the linear layers that see x. */
export interface Gram {
  readonly linears: readonly string[];
  readonly width: number;
  /** [width, width] */
  readonly sum: Float64Array;
}

/** The tensors of one layer by their input names, and the forms of its matrices. */
export interface LayerOnHost {
  readonly forms: LayerForms;
  readonly tensors: ReadonlyMap<string, Pick<PreparedTensor, "dtype" | "shape" | "data">>;
}

export class Calibration implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #spec: ModelSpec;
  readonly #texts: readonly Travelling[];
  readonly #programs: ProgramCache;
  readonly #inputs = new Map<string, readonly LinearInput[]>();
  #layer = 0;

  /** @param embedded the hidden states before the first layer, one per batch */
  constructor(engine: Engine, spec: ModelSpec, texts: readonly { readonly batch: Batch; readonly embedded: Float32Array }[]) {
    this.#engine = engine;
    this.#spec = spec;
    this.#texts = texts.map(({ batch, embedded }) => ({ batch, hidden: embedded }));
    this.#programs = new ProgramCache(engine);
  }

  /** Of the layer that is next. */
  async grams(layer: LayerOnHost): Promise<readonly Gram[]> {
    using weights = this.#place(layer);
    const sums = new Map<string, Gram>();
    for (const { batch, hidden } of this.#texts) {
      const { program, inputs } = await this.#gramProgram(layer, batch);
      using pass = new Pass({ engine: this.#engine, spec: this.#spec }, batch);
      const kept = pass.upload("float32", [batch.attention.length, 1], Float32Array.from(batch.attention));
      const results = await pass.run(program, { ...this.#feeds(pass, batch, hidden), ...weights.tensors, kept });
      for (const { output, linears } of inputs) {
        const part = await readFloats(this.#engine, the(results[output], output));
        const width = Math.sqrt(part.length);
        const gram = sums.get(output) ?? { linears, width, sum: new Float64Array(part.length) };
        for (let at = 0; at < part.length; at++) gram.sum[at] = (gram.sum[at] as number) + (part[at] as number);
        sums.set(output, gram);
      }
    }
    return [...sums.values()];
  }

  /** All texts through the layer as it is held; the next one is next. */
  async advance(layer: LayerOnHost): Promise<void> {
    for (const [at, hidden] of (await this.outputs(layer)).entries()) itemOf(this.#texts, at).hidden = hidden;
    this.#layer++;
  }

  /** What comes out of the layer that is next, held in this way: [batch · seq, hidden] of every text. */
  async outputs(layer: LayerOnHost): Promise<readonly Float32Array[]> {
    using weights = this.#place(layer);
    const found: Float32Array[] = [];
    for (const { batch, hidden } of this.#texts) {
      using pass = new Pass({ engine: this.#engine, spec: this.#spec }, batch);
      const feeds = { ...this.#feeds(pass, batch, hidden), ...weights.tensors };
      const { y } = await pass.run(await this.#forwardProgram(layer, batch), feeds);
      found.push((await readFloats(this.#engine, y)).slice());
    }
    return found;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#programs.dispose();
  }

  #place({ tensors }: LayerOnHost): Disposable & { readonly tensors: Record<string, DeviceTensor> } {
    const owner = new TensorOwner(this.#engine);
    try {
      const placed = [...tensors].map(([name, tensor]) => [name, uploadHeld(owner, tensor)] as const);
      return { tensors: Object.fromEntries(placed), [Symbol.dispose]: () => owner[Symbol.dispose]() };
    } catch (error) {
      owner[Symbol.dispose]();
      throw error;
    }
  }

  #feeds(pass: Pass, { batch, seq }: Batch, hidden: Float32Array): Record<string, DeviceTensor> {
    return { ...pass.forLayer(this.#layer), x: pass.upload("float32", [batch * seq, this.#spec.hiddenSize], hidden) };
  }

  #kind({ forms }: LayerOnHost) {
    return { spec: this.#spec, layer: itemOf(this.#spec.layerKinds, this.#layer), forms, tuned: null };
  }

  #key(what: string, { forms }: LayerOnHost, { batch, seq }: Batch): string {
    return `${what}:${batch}:${seq}:${graphKey(itemOf(this.#spec.layerKinds, this.#layer), this.#spec)}:${formsKey(forms)}`;
  }

  #forwardProgram(layer: LayerOnHost, batch: Batch) {
    return this.#programs.get(this.#key("forward", layer, batch), () => blockForwardGraph(this.#kind(layer), batch));
  }

  async #gramProgram(layer: LayerOnHost, batch: Batch) {
    const key = this.#key("grams", layer, batch);
    const program = await this.#programs.get(key, () => {
      const { graph, inputs } = blockGramsGraph(this.#kind(layer), batch);
      this.#inputs.set(key, inputs);
      return graph;
    });
    return { program, inputs: this.#inputs.get(key) ?? [] };
  }
}

/** The parts of a matrix as an engine takes them. */
export function encodedTensors(name: string, form: MatrixForm, encoded: EncodedMatrix, [rows, columns]: readonly [number, number]) {
  return Object.entries(schemeOf(form).parts({ rows, columns })).map(
    ([part, { dtype, shape }]) => [`${name}.${part}`, { dtype, shape, data: encoded[part] as PreparedTensor["data"] }] as const,
  );
}
