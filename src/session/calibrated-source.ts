// A checkpoint whose matrices are rounded with texts before they are held: the reader of its numbers becomes one that has codes.
import { AtelierError } from "../base/errors.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { TensorReader } from "../model/tensor-reader.ts";
import type { LoadRequest } from "../protocol/engine-api.ts";
import type { Engine } from "../runtime/engine.ts";
import { firstPredicted, measuredBatches } from "../tokens/measured-rows.ts";
import type { TokenizedExample } from "../tokens/batch.ts";
import { words } from "../words/message.ts";
import { Rounding } from "./calibrate.ts";
import type { CalibrationStore } from "./calibration-store.ts";
import { sha256 } from "./cache-manifest.ts";
import type { ChosenHolding } from "./choose-holding.ts";
import type { LoadReport } from "./load-report.ts";
import { stopIfCancelled } from "./stop-if-cancelled.ts";

/** More are hardly better: 2,048 to 16,384 are what the literature takes. */
const calibrationTokens = 6144;

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

export interface Calibrated extends AsyncDisposable {
  readonly reader: TensorReader;
  readonly chosen: ChosenHolding;
  readonly drop: () => Promise<void>;
}

/**
 * @param key what tells the checkpoint from every other; null where nothing does, and nothing is kept of a calibration that is cut off
 * @throws AtelierError `model/needs-calibration`; `load/cancelled`; what reader and engine throw
 */
export async function calibratedSource(
  { calibration, quantizeHead = false }: LoadRequest,
  { engine, report, signal, calibrations }: CalibrationParts,
  { spec, reader, key }: { readonly spec: ModelSpec; readonly reader: TensorReader; readonly key: string | null },
): Promise<Calibrated> {
  const rows = firstPredicted(calibration ?? [], calibrationTokens);
  if (rows.length === 0) throw new AtelierError("model/needs-calibration");
  const id = key === null || !calibrations ? null : await calibrationId(key, rows);
  const since = performance.now();
  const rounding = new Rounding({
    engine,
    spec,
    reader,
    batches: measuredBatches(rows, spec.contextLength),
    store: id === null ? null : ((await calibrations?.open(id)) ?? null),
    onProgress: (fraction, layers) => {
      const secondsLeft = layers === 0 ? null : ((performance.now() - since) / 1000 / layers) * spec.layers * (1 - fraction);
      const done = Math.floor(fraction * spec.layers);
      const detail = { done, layers: spec.layers };
      report.calibration(
        fraction,
        secondsLeft === null
          ? words("session/calibrating", { ...detail, done: done + 1 })
          : words("session/calibrating-left", { ...detail, seconds: Math.ceil(secondsLeft) }),
      );
    },
    check: () => stopIfCancelled(signal),
  });
  const published = rounding.matrices();
  const forms = Object.fromEntries([...published].map(([tensor, { form, name }]) => [tensor, { form, name }]));
  return {
    reader: { ...reader, published },
    chosen: { holding: { quantization: "gptq", quantizeHead, published: forms } },
    drop: async () => (id === null ? undefined : calibrations?.drop(id)),
    [Symbol.asyncDispose]: () => rounding[Symbol.asyncDispose](),
  };
}

/** The same texts for the same checkpoint go on where a calibration was cut off. */
async function calibrationId(key: string, rows: readonly TokenizedExample[]): Promise<string> {
  const ids = JSON.stringify(rows.map(({ ids: row }) => [...row]));
  return (await sha256(new TextEncoder().encode(`gptq|1|${key}|${ids}`))).slice(0, 32);
}
