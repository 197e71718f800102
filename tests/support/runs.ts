// A small run as it is stored, for tests of storage and exchange.
import { seededRandom } from "../../src/base/random.ts";
import { formatVersion, type Checkpoint, type GroupVectors, type RunHistory, type RunRecord } from "../../src/checkpoint/run-record.ts";
import type { RunData } from "../../src/protocol/runs-api.ts";
import { configWith } from "./configs.ts";

export interface StoredRun {
  readonly record: RunRecord;
  readonly data: RunData;
  readonly checkpoint: Checkpoint;
  readonly history: RunHistory;
}

const layerSize = 6;

export function sampleRun(id: string, createdAt = 1_700_000_000_000): StoredRun {
  const random = seededRandom(11);
  const vectors = (): GroupVectors =>
    Object.fromEntries(["layer.0", "layer.1"].map((group) => [group, Float32Array.from({ length: layerSize }, () => random.normal())]));
  return {
    record: {
      version: formatVersion,
      id,
      name: "Sample",
      createdAt,
      phase: "paused",
      config: configWith({
        batchSize: 4,
        learningRate: 0.002,
        steps: 10,
        targets: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
      }),
      model: { name: "tiny", source: "files", fingerprint: "0badcafe", quantization: "int4", form: "int4" },
      datasetName: "set.jsonl",
      exampleCount: 3,
      stepsDone: 4,
      checkpointStep: 4,
      lastLoss: 1.5,
      lastValidationLoss: null,
    },
    data: {
      name: "set.jsonl",
      train: [
        { line: 1, ids: Int32Array.of(1, 2, 3), labels: Int32Array.of(-100, 2, 3) },
        { line: 3, ids: Int32Array.of(4, 5), labels: Int32Array.of(-100, 5) },
      ],
      validation: [{ line: 2, ids: Int32Array.of(6, 7), labels: Int32Array.of(-100, 7) }],
    },
    checkpoint: {
      version: formatVersion,
      step: 4,
      parameters: vectors(),
      fixed: {},
      optimizer: { first: vectors(), second: vectors() },
      cursor: { epoch: 1, cursor: 1, random: [1, 2, 3, 4] },
    },
    history: {
      steps: [{ step: 3, loss: 1.5, learningRate: 0.001, gradNorm: 2, tokens: 12, ms: 30 }],
      validations: [{ step: 0, loss: 3 }],
    },
  };
}

/** What lies in tests/fixtures/checkpoints as format 2: beside what every run has, tensors that its method made. */
export function formatTwoRun(): StoredRun {
  const run = sampleRun("golden");
  return { ...run, checkpoint: { ...run.checkpoint, fixed: { shared: Float32Array.of(1, -2, 0.5) } } };
}
