// Claim: going back and forth between adapters compiles nothing again, the programs of an adapter that was not used for long are let go,
// those of an answer under way never, and all go with the model.
import { describe, expect, it } from "vitest";
import { Residents } from "../../src/generate/residents.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import { uploadTuned, zeroSources } from "../../src/model/tuned-stages.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { MethodPrograms, type LentPrograms } from "../../src/session/chat/method-programs.ts";
import { lora } from "../support/configs.ts";
import { countedPrograms } from "../support/counted-programs.ts";
import { tinyConfig } from "../support/tiny-model.ts";

/** An engine that computes nothing, with the number of programs that were compiled and of those that are there. */
function counting() {
  const { engine, count } = countedPrograms(createPlanningEngine("wasm", true));
  const model = plannedModel(engine, parseModelConfig(tinyConfig), { quantization: "none" });
  return { count, methods: new MethodPrograms(model, new Residents(model)) };
}

async function answer({ method, programs }: LentPrograms): Promise<void> {
  using owner = new TensorOwner(programs.model.engine);
  const zeros = { parameters: zeroSources(method.layout), fixed: zeroSources(method.fixed) };
  using decoder = new Decoder(programs, 8, uploadTuned(owner, method, zeros));
  await decoder.read([1, 2, 3]);
}

const ofRank = (rank: number) => lora({ rank });

describe("the programs of adapters", () => {
  it("are compiled once, however often one switches between a few", async () => {
    const { count, methods } = counting();
    const chat = async (rank: number): Promise<void> => {
      using lent = await methods.lend(ofRank(rank));
      await answer(lent);
    };
    for (const rank of [1, 2, 3, 4]) await chat(rank);
    const once = count.compiled;
    for (const rank of [2, 1, 4, 3, 1, 2, 3, 4]) await chat(rank);
    expect(count).toEqual({ compiled: once, live: once });
  });

  it("are bounded: what was used longest ago goes, and is compiled again where it is asked for", async () => {
    const { count, methods } = counting();
    const chat = async (rank: number): Promise<number> => {
      const before = count.compiled;
      using lent = await methods.lend(ofRank(rank));
      await answer(lent);
      return count.compiled - before;
    };
    const each = await chat(1);
    for (const rank of [2, 3, 4, 1, 5, 6, 7, 8]) await chat(rank);
    expect(count.live).toBe(4 * each);
    expect([await chat(8), await chat(5), await chat(1)]).toEqual([0, 0, each]);
    await methods.dispose();
    expect(count.live).toBe(0);
  });

  it("stay while an answer needs them", async () => {
    const { count, methods } = counting();
    const first = await methods.lend(ofRank(1));
    await answer(first);
    for (const rank of [2, 3, 4, 5, 6]) (await methods.lend(ofRank(rank)))[Symbol.dispose]();
    const before = count.compiled;
    await answer(first);
    expect(count.compiled).toBe(before);
    first[Symbol.dispose]();
    (await methods.lend(ofRank(7)))[Symbol.dispose]();
    expect(count.live).toBe(0);
  });
});
