// A checkpoint whose matrices are rounded with texts before they are held: the reader of its numbers becomes one that has codes.
import { AtelierError } from "../../base/errors.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { TensorReader } from "../../model/tensor-reader.ts";
import type { LoadRequest } from "../../protocol/models-api.ts";
import type { Engine } from "../../runtime/engine.ts";
import { firstPredicted, measuredBatches } from "../../tokens/measured-rows.ts";
import type { TokenizedExample } from "../../tokens/batch.ts";
import { words } from "../../words/message.ts";
import { Rounding } from "./calibrate.ts";
import { measureMix } from "./measure-mix.ts";
import type { CalibrationStore } from "./calibration-store.ts";
import { sha256 } from "./cache-manifest.ts";
import type { ChosenQuantization } from "./choose-quantization.ts";
import type { LoadReport } from "./load-report.ts";
import { stopIfCancelled } from "../stop-if-cancelled.ts";

/** More are hardly better: 2,048 to 16,384 are what the literature takes. */
const calibrationTokens = 6144;
/** Which matrices matter shows in few. */
const mixTokens = 256;

/** What is kept of layers that are done until all are. */
export interface Calibrations {
  open(id: string): Promise<CalibrationStore | null>;
  /** Once the model is stored, or where it is not wanted any more. */
  drop(id: string): Promise<void>;
}

export interface CalibrationParts {
  readonly engine: Engine;
  /** Null where nothing can be stored. */
  readonly calibrations: Calibrations | null;
  readonly report: LoadReport;
  readonly signal: AbortSignal;
}

/** A checkpoint with what texts say of its matrices. */
export interface Calibrated extends AsyncDisposable {
  readonly reader: TensorReader;
  readonly chosen: ChosenQuantization;
  readonly drop: () => Promise<void>;
}

interface Plain {
  readonly spec: ModelSpec;
  readonly reader: TensorReader;
  /** What tells the checkpoint from every other; null where nothing does, and nothing is kept of a calibration that is cut off. */
  readonly key: string | null;
}

/** @throws AtelierError `model/needs-calibration`; `load/cancelled`; what reader and engine throw */
export async function calibratedSource(request: LoadRequest, parts: CalibrationParts, plain: Plain): Promise<Calibrated> {
  const { quantization, calibration = [] } = request;
  if (calibration.length === 0) throw new AtelierError("model/needs-calibration", { quantization });
  return quantization === "gptq" ? roundedSource(request, parts, plain) : mixedSource(request, parts, plain);
}

async function mixedSource(
  { calibration = [], quantizeHead = false }: LoadRequest,
  { engine, report, signal }: CalibrationParts,
  { spec, reader }: Plain,
): Promise<Calibrated> {
  const { layers } = spec;
  const inEightBits = await measureMix({
    engine,
    spec,
    reader,
    batches: measuredBatches(firstPredicted(calibration, mixTokens), spec.contextLength),
    onProgress: (fraction, layer) => report.calibration(fraction, words("session/measuring-mix", { layer: layer + 1, layers })),
    check: () => stopIfCancelled(signal),
  });
  const chosen = { quantizationConfig: { quantization: "int4-mixed", quantizeHead, inEightBits } } as const;
  return { reader, chosen, drop: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function roundedSource(
  { calibration = [], quantizeHead = false }: LoadRequest,
  { engine, report, signal, calibrations }: CalibrationParts,
  { spec, reader, key }: Plain,
): Promise<Calibrated> {
  const rows = firstPredicted(calibration, calibrationTokens);
  const id = key === null || !calibrations ? null : await calibrationId(key, rows);
  const rounding = new Rounding({
    engine,
    spec,
    reader,
    batches: measuredBatches(rows, spec.contextLength),
    store: id === null ? null : ((await calibrations?.open(id)) ?? null),
    onProgress: tellRounding(spec, report),
    check: () => stopIfCancelled(signal),
  });
  const published = rounding.matrices();
  const forms = Object.fromEntries([...published].map(([tensor, { form, name }]) => [tensor, { form, name }]));
  return {
    reader: { ...reader, published },
    chosen: { quantizationConfig: { quantization: "gptq", quantizeHead, published: forms } },
    drop: async () => (id === null ? undefined : calibrations?.drop(id)),
    [Symbol.asyncDispose]: () => rounding[Symbol.asyncDispose](),
  };
}

function tellRounding({ layers }: ModelSpec, report: LoadReport): (fraction: number, rounded: number) => void {
  const since = performance.now();
  return (fraction, rounded) => {
    const done = Math.floor(fraction * layers);
    // The first layer waits for programs to be compiled, and says nothing of the others.
    if (rounded < 1) return report.calibration(fraction, words("session/calibrating", { done: Math.min(done + 1, layers), layers }));
    const seconds = Math.ceil(((performance.now() - since) / 1000 / rounded) * layers * (1 - fraction));
    return report.calibration(fraction, words("session/calibrating-left", { done, layers, seconds }));
  };
}

/** The same texts for the same checkpoint go on where a calibration was cut off. */
async function calibrationId(key: string, rows: readonly TokenizedExample[]): Promise<string> {
  const ids = JSON.stringify(rows.map(({ ids: row }) => [...row]));
  return (await sha256(new TextEncoder().encode(`gptq|1|${key}|${ids}`))).slice(0, 32);
}
