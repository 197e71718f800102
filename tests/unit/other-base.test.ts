// When an adapter says another base than the model in place, and when it only spells the same one in another way.
import { describe, expect, it } from "vitest";
import { otherBase } from "../../src/session/exchange/other-base.ts";
import { english } from "../support/words.ts";

describe("the base that an adapter names", () => {
  it.each([
    [null, "tiny"],
    ["HuggingFaceTB/SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M"],
    ["HuggingFaceTB/SmolLM2-135M", "huggingfacetb/smollm2-135m@v1"],
    ["HuggingFaceTB/SmolLM2-135M", "SmolLM2-135M"],
    ["/home/me/models/SmolLM2-135M/", "SmolLM2-135M"],
    ["C:\\models\\SmolLM2-135M", "SmolLM2-135M"],
    ["./SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M"],
    ["somebody/Small-GGUF", "somebody/Small-GGUF@v2:Small.Q4_1.gguf"],
  ])("%s is the model %s", (base, loaded) => expect(otherBase(base, loaded)).toEqual([]));

  it.each([
    ["unsloth/SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M"],
    ["HuggingFaceTB/SmolLM2-135M-Instruct", "HuggingFaceTB/SmolLM2-135M"],
    ["HuggingFaceTB/SmolLM2-135M", "model"],
  ])("%s is said to be another than %s", (base, loaded) => {
    const notes = otherBase(base, loaded);
    expect(notes).toEqual([{ key: "train/other-base", params: { base, loaded } }]);
    for (const note of notes) expect(english.say(note)).toMatch(new RegExp(`made for ${base}; .* is ${loaded}\\.`));
  });

  it("is quoted in part where it is long", () =>
    expect(otherBase("x".repeat(5000), "tiny").map((note) => english.say(note))).toEqual([expect.stringMatching(/ x{200}; /)]));
});
