// What a run cannot do as it was asked is said: blocks of another size, an optimizer for matrices where there are none.
import { describe, expect, it } from "vitest";
import { parseRunConfig, type Given } from "../../src/config/run-config.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { adjustedNotes } from "../../src/session/runs/adjusted-notes.ts";
import { commas, words } from "../../src/words/message.ts";
import { failureOf } from "../support/errors.ts";
import { tinyConfig } from "../support/tiny-model.ts";

// 32 wide, with 44 in the feed-forward part.
const spec = parseModelConfig(tinyConfig);
const notesOf = (given: Given) => {
  const config = parseRunConfig(given);
  return adjustedNotes(config, spec, applyMethod(spec, config.method));
};

describe("a run says", () => {
  it("which blocks it cuts where the size that was asked for does not divide a width", () => {
    expect(notesOf({ method: { kind: "oft", blockSize: 7 } })).toEqual([
      words("run/other-blocks", { asked: 7, sizes: commas(["8", "4"]) }),
    ]);
    expect(notesOf({ method: { kind: "oft", blockSize: 4 } })).toEqual([]);
  });

  it("where Muon has no matrix to work on", () => {
    const optimizer = { kind: "muon" };
    expect(notesOf({ method: { kind: "ia3" }, optimizer })).toEqual([words("run/muon-without-matrices")]);
    expect(notesOf({ method: { kind: "norms" }, optimizer })).toEqual([words("run/muon-without-matrices")]);
    expect(notesOf({ method: { kind: "lora" }, optimizer })).toEqual([]);
    expect(notesOf({ method: { kind: "ia3" } })).toEqual([]);
  });
});

it("a factor of 0 is refused", async () => {
  expect((await failureOf(() => notesOf({ method: { kind: "lokr", factor: 0 } }))).key).toBe("config/invalid#factor-zero");
});
