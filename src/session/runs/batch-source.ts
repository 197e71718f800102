// Turns the data of a run into the batches of each step, and knows where it stands so that a checkpoint can say so.
import type { DataCursor } from "../../checkpoint/run-record.ts";
import type { DataConfig } from "../../config/run-config.ts";
import type { BatchSize, BatchSizes, RunData } from "../../protocol/runs-api.ts";
import { collate } from "../../tokens/batches.ts";
import type { Batch, TokenizedExample } from "../../tokens/batch.ts";
import { restoreSampler, startSampler } from "../../tokens/sampler.ts";
import type { BatchSource } from "../../train/loop.ts";

export interface StandingBatchSource extends BatchSource {
  /** Where the next step starts; null for a fixed batch. */
  cursor(): DataCursor | null;
}

export function batchSource(data: RunData, config: DataConfig, from: DataCursor | null): StandingBatchSource {
  const { batchSize, accumulate, seqLength, seed } = config;
  if ("fixedBatch" in data) {
    const batches = Array.from({ length: accumulate }, () => data.fixedBatch);
    return { next: () => batches, validation: [], cursor: () => null };
  }
  const { train, validation } = data;
  const sampler = from ? restoreSampler(train.length, from) : startSampler(train.length, seed);
  const pick = (indices: readonly number[]) =>
    collate(
      indices.flatMap((at) => train[at] ?? []),
      seqLength,
    );
  return {
    next: () => Array.from({ length: accumulate }, () => pick(sampler.take(batchSize))),
    validation: inOrder(validation, config),
    cursor: () => sampler.state(),
  };
}

/** All that a run trains on, each example once, in the order of the file. */
export function trainingBatches(data: RunData, config: DataConfig): readonly Batch[] {
  return "fixedBatch" in data ? [data.fixedBatch] : inOrder(data.train, config);
}

/** Steps that are looked at, and sizes that are named: more would be compiled for what is far away. */
const [stepsAhead, mostSizes] = [32, 4];

/** Of the batches that a new run of these data begins with. */
export function sizesOfBatches(data: RunData, config: DataConfig): BatchSizes {
  const source = batchSource(data, config, null);
  const steps = Array.from({ length: stepsAhead }, () => source.next()).flat();
  return { steps: distinct(steps).slice(0, mostSizes), validation: distinct(source.validation) };
}

function distinct(batches: readonly Batch[]): BatchSize[] {
  return [...new Map(batches.map(({ batch, seq }) => [`${batch} ${seq}`, { batch, seq }])).values()];
}

function inOrder(examples: readonly TokenizedExample[], { batchSize, seqLength }: DataConfig): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < examples.length; at += batchSize) batches.push(collate(examples.slice(at, at + batchSize), seqLength));
  return batches;
}
