// Every optimizer on the engines that training uses, in float32, against the real ones. tests/unit/optimizers.test.ts has them in float64.
import { expect, it } from "vitest";
import fixtureJson from "../fixtures/optimizers.json";
import { describeEngines, engineOf } from "../support/engines.ts";
import { bothWays, updateCases } from "../support/updates.ts";
import { titleOf, worstOfCase, type OptimizerFixture } from "../support/optimizers.ts";

const fixture = fixtureJson as unknown as OptimizerFixture;

describeEngines("optimizers", ["wasm", "webgpu"], (name) => {
  it.each(fixture.cases.map((testCase) => [titleOf(testCase), testCase] as const))("%s", async (_, testCase) => {
    expect(await worstOfCase(await engineOf(name), fixture, testCase)).toBeLessThan(1e-4);
  });

  it.each(updateCases)("groups in one program get what each gets in its own, to the bit: %j", async (testCase) => {
    const { together, alone } = await bothWays(await engineOf(name), testCase, 17);
    expect(together).toEqual(alone);
  });
});
