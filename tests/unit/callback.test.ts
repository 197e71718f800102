import { expect, it } from "vitest";
import { trackCallback } from "../../src/session/callback.ts";
import { macrotask } from "../../src/session/listening.ts";

it("lets a result wait for all that was told before it", async () => {
  const taken: number[] = [];
  // A page that takes messages later, in order.
  let port: Promise<unknown> = Promise.resolve();
  const { tell, arrived } = trackCallback((value: number) => {
    port = port.then(macrotask).then(() => taken.push(value));
    return port;
  });
  for (let value = 0; value < 5; value++) tell(value);
  expect(taken).toEqual([]);
  await arrived();
  expect(taken).toEqual([0, 1, 2, 3, 4]);
});

it("needs nothing to have been told", async () => {
  await trackCallback(() => undefined).arrived();
});
