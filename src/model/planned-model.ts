// A model on an engine that only plans memory: all its tensors are there in their shapes, and none has data.
import type { DType, Shape } from "../base/tensor.ts";
import type { DeviceTensor, Engine, TensorSource } from "../runtime/engine.ts";
import { headName, heldForms, heldTensors, positionsName, tableName, type HeldTensor, type QuantizationConfig } from "./held-weights.ts";
import { onEngine, schemeOf } from "./quantization/form-schemes.ts";
import { piecesOf } from "./quantization/pieces.ts";
import type { ModelSpec } from "./spec.ts";
import type { LoadedModel } from "./weights.ts";

/** As {@link placeModel} would place it; float16 numbers are planned as the engine holds them, never refused. */
export function plannedModel(engine: Engine, spec: ModelSpec, quantizationConfig: QuantizationConfig): LoadedModel {
  const layers = Array.from({ length: spec.layers }, (): Record<string, DeviceTensor> => ({}));
  const head: Record<string, DeviceTensor> = {};
  let weightBytes = 0;
  for (const held of heldTensors(spec, quantizationConfig)) {
    const { group } = held;
    if (group === "embedding" && (!spec.tiedHead || held.name === positionsName)) continue;
    for (const { name, dtype, shape } of partsOf(held, engine.hasFloat16)) {
      const tensor = engine.upload(dtype, shape, noData);
      weightBytes += tensor.bytes;
      if (typeof group === "number") (layers[group] as Record<string, DeviceTensor>)[name] = tensor;
      else head[group === "embedding" ? headName + name.slice(tableName.length) : name] = tensor;
    }
  }
  const forms = heldForms(spec, quantizationConfig, engine.hasFloat16);
  return {
    spec,
    quantization: quantizationConfig.quantization,
    quantizeHead: quantizationConfig.quantizeHead ?? false,
    quantizationConfig,
    layerForms: forms.layers,
    headForm: forms.head,
    engine,
    layers,
    embedding: { bytes: 0, copyRow: () => undefined },
    positions: null,
    head,
    weightBytes,
    fingerprint: "",
    codes: undefined,
    dispose: () => [...layers, head].flatMap((named) => Object.values(named)).forEach((tensor) => tensor.dispose()),
  };
}

const noData: TensorSource = () => new Float32Array();

interface Part {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

function partsOf(held: HeldTensor, hasFloat16: boolean): readonly Part[] {
  if (held.kind === "vector") return [{ name: held.name, dtype: "float32", shape: [held.size] }];
  const scheme = schemeOf(onEngine(held.form, hasFloat16));
  return piecesOf(held.name, held.shape).flatMap((piece) =>
    Object.entries(scheme.parts(piece.shape)).map(([part, { dtype, shape }]) => ({ name: `${piece.name}.${part}`, dtype, shape })),
  );
}
