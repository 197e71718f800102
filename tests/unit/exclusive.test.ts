import { expect, it } from "vitest";
import { createExclusive } from "../../src/session/exclusive.ts";
import { macrotask } from "../../src/session/listening.ts";

it("runs one action at a time, in the order of asking, whatever fails", async () => {
  const exclusive = createExclusive();
  const log: string[] = [];
  const act = (name: string, fails = false) =>
    exclusive(async () => {
      log.push(`${name} starts`);
      await macrotask();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const outcomes = await Promise.allSettled([act("a"), act("b", true), act("c")]);
  expect(log).toEqual(["a", "b", "c"].flatMap((name) => [`${name} starts`, `${name} ends`]));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
