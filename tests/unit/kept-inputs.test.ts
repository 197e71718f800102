// Positions, ropes and masks stay from batch to batch of one shape. Claims: a batch never sees another's lengths, and one whose padding is
// not on the right has masks of its own.
import { expect, it } from "vitest";
import { collate } from "../../src/tokens/batches.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { Network } from "../../src/train/network.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { oddIds, openOddModel } from "../support/odd-model.ts";
import { tinyConfig } from "../support/tiny-model.ts";
import { countedEngine } from "../support/counted-engine.ts";

function batchOf(...lengths: readonly number[]): Batch {
  return collate(
    lengths.map((length, line) => {
      const ids = Int32Array.from(oddIds(length, 10 + length));
      return { line, ids, labels: ids };
    }),
    16,
  );
}

it("serve batches of other lengths, and are brought once", async () => {
  const { engine, take } = countedEngine(createReferenceEngine());
  const model = await openOddModel(engine, tinyConfig);
  const network = new Network(model, null);
  const masks = (): number => take().uploads.filter(({ name }) => name === "float32 [2, 1, 16, 16]").length;
  const seen: number[] = [];
  for (const batch of [batchOf(7, 5), batchOf(3, 16), batchOf(5, 7)]) {
    take();
    const own = await network.logProbs(batch, null);
    seen.push(masks());
    const fresh = new Network(model, null);
    expect([...own]).toEqual([...(await fresh.logProbs(batch, null))]);
    await fresh.dispose();
  }
  expect(seen).toEqual([1, 0, 0]);
  await network.dispose();
  model.dispose();
});

it("are not those of a batch that is padded on the left", async () => {
  const model = await openOddModel(createReferenceEngine(), tinyConfig);
  const network = new Network(model, null);
  const ids = Int32Array.from(oddIds(4, 3));
  const right = { batch: 1, seq: 6, ids: Int32Array.of(...ids, 0, 0), labels: Int32Array.of(...ids, -100, -100) };
  await network.logProbs({ ...right, attention: Uint8Array.of(1, 1, 1, 1, 0, 0) }, null);
  const shifted = { ids: Int32Array.of(9, 9, ...ids), labels: Int32Array.of(-100, -100, -100, ...ids.subarray(1)) };
  const other = { ids: Int32Array.of(8, 7, ...ids), labels: shifted.labels };
  const attention = Uint8Array.of(0, 0, 1, 1, 1, 1);
  const [a, b] = [
    await network.logProbs({ batch: 1, seq: 6, ...shifted, attention }, null),
    await network.logProbs({ batch: 1, seq: 6, ...other, attention }, null),
  ];
  // What is hidden says nothing.
  expect([...a]).toEqual([...b]);
  await network.dispose();
  model.dispose();
});
