// Which form the weights are held in where that is left to the app: as published where the file has forms of its own, since
// rounding a second time costs most; else the most faithful form that leaves room. What was chosen is always said, with the reason.
import { needsTexts, type Quantization, type RequestedQuantization } from "../../config/quantizations.ts";
import { defaultRunConfig } from "../../config/run-config.ts";
import { shapeOf } from "../../config/run-shape.ts";
import { bitsPerWeight, formName, heldBytes, heldTensors, type QuantizationConfig, type PublishedForm } from "../../model/held-weights.ts";
import { calibratedForm } from "../../model/quantization/calibrated-form.ts";
import { mostSensitive } from "../../model/quantization/most-sensitive.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { BudgetLimits, HeldAs } from "../../protocol/budget-api.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import { words, type Words } from "../../words/message.ts";
import { estimateBudget } from "./budget.ts";
import { mixBits } from "./mix-bits.ts";

export interface QuantizationRequest {
  readonly quantization: RequestedQuantization;
  readonly quantizeHead?: boolean | undefined;
}

/** What decides besides what was asked for. */
export interface Holder {
  readonly provider: ExecutionProvider;
  readonly hasFloat16: boolean;
  readonly limits: BudgetLimits;
}

export interface ChosenQuantization {
  readonly quantizationConfig: QuantizationConfig;
  /** Why; absent where the form was named. */
  readonly reason?: Words;
}

/** @param published by the names of a checkpoint's tensors; undefined where it has plain numbers */
export async function chooseQuantization(
  { quantization, quantizeHead = false }: QuantizationRequest,
  spec: ModelSpec,
  published: Published,
  holder: Holder,
): Promise<ChosenQuantization> {
  if (quantization === "as-published") return { quantizationConfig: asPublished(spec, published) };
  if (quantization !== "auto") return { quantizationConfig: expected(quantization, quantizeHead, spec) };
  const quantizationConfig = asPublished(spec, published);
  if (Object.keys(quantizationConfig.published ?? {}).length === 0) return mostFaithful(spec, quantizeHead, holder);
  return {
    quantizationConfig,
    reason: words("held/as-published", { forms: formName(quantizationConfig), bits: bitsPerWeight(spec, quantizationConfig) }),
  };
}

/** How a model's weights are held, as others are told. */
export function heldOf(spec: ModelSpec, { quantization }: QuantizationRequest, { quantizationConfig, reason }: ChosenQuantization): HeldAs {
  return {
    requested: quantization,
    form: formName(quantizationConfig),
    bitsPerWeight: bitsPerWeight(spec, quantizationConfig),
    ...(reason ? { reason } : {}),
  };
}

type Published = ReadonlyMap<string, PublishedForm> | undefined;

/** Where texts have a say, what will be held as far as it is known before: the forms, and of a mix how much has 8 bits. */
function expected(quantization: Quantization, quantizeHead: boolean, spec: ModelSpec): QuantizationConfig {
  if (!needsTexts(quantization)) return { quantization, quantizeHead };
  const matrices = [...heldTensors(spec, { quantization: "none" })].flatMap((held) =>
    held.kind === "matrix" && typeof held.group === "number" ? [held] : [],
  );
  if (quantization === "gptq") {
    const forms = matrices.map(({ tensor, name }) => [tensor, { form: calibratedForm(name), name: "GPTQ" }] as const);
    return { quantization, quantizeHead, published: Object.fromEntries(forms) };
  }
  const alike = matrices.map(({ tensor, shape: { rows, columns } }) => ({ name: tensor, elements: rows * columns, cost: rows * columns }));
  return { quantization, quantizeHead, inEightBits: [...mostSensitive(alike, mixBits(spec))] };
}

/** The forms of the tensors that this model has. */
function asPublished(spec: ModelSpec, published: Published): QuantizationConfig {
  const forms: Record<string, PublishedForm> = {};
  for (const { kind, tensor } of heldTensors(spec, { quantization: "none" })) {
    const matrix = kind === "matrix" ? published?.get(tensor) : undefined;
    if (matrix) forms[tensor] = { form: matrix.form, name: matrix.name };
  }
  return { quantization: "as-published", quantizeHead: false, published: forms };
}

/** Where no limit is known, so much is taken to be there. */
const expectedRoom = 2 ** 30;

/** 8 bits are as good as the original; 4 bits where memory asks for them, the table and the head last. */
async function mostFaithful(spec: ModelSpec, quantizeHead: boolean, holder: Holder): Promise<ChosenQuantization> {
  const heads = quantizeHead ? [true] : [false, true];
  const as = (quantization: "int4-fine" | "int8") => heads.map((head): QuantizationConfig => ({ quantization, quantizeHead: head }));
  const firstThatFits = async (quantizationConfigs: readonly QuantizationConfig[]): Promise<QuantizationConfig | undefined> => {
    for (const quantizationConfig of quantizationConfigs) if (await leavesRoom(spec, quantizationConfig, holder)) return quantizationConfig;
    return undefined;
  };
  const bytesOf = (quantizationConfig: QuantizationConfig): number => heldBytes(spec, quantizationConfig, holder.hasFloat16).engine;
  const more = (quantizationConfig: QuantizationConfig): number =>
    bytesOf({ ...quantizationConfig, quantization: "int8" }) - bytesOf({ ...quantizationConfig, quantization: "int4-fine" });
  const eight = await firstThatFits(as("int8"));
  if (eight) return { quantizationConfig: eight, reason: words("held/eight-bits", { more: more(eight) }) };
  const quantizationConfig = (await firstThatFits(as("int4-fine"))) ?? { quantization: "int4-fine", quantizeHead: true };
  return { quantizationConfig, reason: words("held/four-bits", { more: more(quantizationConfig) }) };
}

/** A run of the usual size fits, and half as much again is left. */
async function leavesRoom(
  spec: ModelSpec,
  quantizationConfig: QuantizationConfig,
  { provider, hasFloat16, limits }: Holder,
): Promise<boolean> {
  const run = shapeOf(defaultRunConfig);
  const { fits, roomBytes, totalBytes } = await estimateBudget({ spec, provider, quantizationConfig, hasFloat16, run }, limits);
  return fits && (roomBytes ?? expectedRoom - totalBytes) >= totalBytes / 2;
}
