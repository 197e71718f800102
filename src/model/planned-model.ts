// A model on an engine that only plans memory: all its tensors are there in their shapes, and none has data.
import type { DType, Shape } from "../base/tensor.ts";
import type { Engine, TensorSource } from "../runtime/engine.ts";
import { heldTensors, type HeldTensor, type QuantizationConfig } from "./held-weights.ts";
import { onEngine, schemeOf } from "./quantization/form-schemes.ts";
import { piecesOf } from "./quantization/pieces.ts";
import type { ModelSpec } from "./spec.ts";
import { asHeld, isOnEngine, placesOf, type LoadedModel } from "./weights.ts";

/** As {@link placeModel} would place it; float16 numbers are planned as the engine holds them, never refused. */
export function plannedModel(engine: Engine, spec: ModelSpec, quantizationConfig: QuantizationConfig): LoadedModel {
  const places = placesOf(spec);
  for (const held of heldTensors(spec, quantizationConfig)) {
    if (!isOnEngine(spec, held.group, held.name)) continue;
    for (const { name, dtype, shape } of partsOf(held, engine.hasFloat16))
      places.put(held.group, name, engine.upload(dtype, shape, noData));
  }
  const { layers, head } = places;
  return {
    ...asHeld(engine, spec, quantizationConfig, places).model,
    embedding: { bytes: 0, copyRow: () => undefined },
    positions: null,
    fingerprint: "",
    attendsRightly: true,
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
