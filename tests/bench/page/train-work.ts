// A training step of the app's default method at rank 8, on the file's weights.
import { parseRunConfig } from "../../../src/config/run-config.ts";
import { shapeOf } from "../../../src/config/run-shape.ts";
import type { RequestedQuantization } from "../../../src/config/quantizations.ts";
import type { AtelierError } from "../../../src/base/errors.ts";
import { StepBench } from "../../../src/session/diagnostics/step-bench.ts";
import { Engines } from "../../../src/session/models/engines.ts";
import { loadWithTokenizer } from "../../../src/session/models/load-with-tokenizer.ts";
import type { Case } from "../shapes.ts";
import type { MakeEngine, Work } from "./answer-work.ts";

export async function training({ shape: { batch }, provider, quantization }: Case, file: File, create: MakeEngine): Promise<Work> {
  let lost: AtelierError | undefined;
  const engines = new Engines(create, (_engine, error) => (lost = error));
  const source = { kind: "files", name: file.name, files: [file] } as const;
  const request = { source, quantization: quantization as RequestedQuantization, provider, useCache: false } as const;
  const { model, info } = await loadWithTokenizer(
    request,
    (wanted) => engines.get(wanted),
    () => undefined,
    new AbortController().signal,
  );
  const config = parseRunConfig({ data: { batchSize: batch.rows, seqLength: batch.tokens }, method: { kind: "lora", rank: 8 } });
  const bench = await StepBench.create(model, shapeOf(config));
  const memory = bench.memory.bind(bench);
  return {
    compared: `LoRA on ${info.held.form}, ${batch.rows}×${batch.tokens}, AdamW and clipping included`,
    turn: async () => {
      if (lost) throw lost;
      return { ms: await bench.update(), units: 1 };
    },
    once: () => bench.update(),
    details: async () => ({ memory: await memory(), ...(await bench.stages()) }),
  };
}
