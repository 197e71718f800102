// Claim: whichever operation of the engine fails, all that was allocated is free once its users have let go of it.
import { describe, expect, it } from "vitest";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { failureOf } from "../support/errors.ts";
import { failingEngine, injected } from "../support/failing-engine.ts";
import { works } from "../support/failing-work.ts";

describe.each(Object.entries(works))("%s", (_name, work) => {
  it("leaves nothing behind, whichever operation fails", async () => {
    const whole = failingEngine(createReferenceEngine(), 0);
    await work(whole.engine);
    expect(whole.alive()).toBe(0);
    expect(whole.count()).toBeGreaterThan(20);
    for (let failAt = 1; failAt <= whole.count(); failAt++) {
      const { engine, alive } = failingEngine(createReferenceEngine(), failAt);
      expect((await failureOf(() => work(engine))).code, `operation ${failAt}`).toBe(injected);
      expect(alive(), `operation ${failAt}`).toBe(0);
      expect(engine.memory().liveBytes, `operation ${failAt}`).toBe(0);
    }
  }, 60_000);
});
