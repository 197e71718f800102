// What is handed out is finite, or an error says which number is not: JSON would print null, and text would be anything.
import { describe, expect, it } from "vitest";
import { firstNotFinite } from "../../src/base/finite.ts";
import type { Decoder } from "../../src/generate/decoder.ts";
import { generateTokens } from "../../src/generate/generate.ts";
import { requireFiniteLogits, requireFiniteNumber } from "../../src/session/chat/finite-results.ts";
import { failureOf } from "../support/errors.ts";

describe("numbers that are handed out", () => {
  it("are looked through for the first that is not finite", () => {
    expect(firstNotFinite(Float32Array.of(0, -0, 1e-45, 3.4e38, -3.4e38))).toBeNull();
    expect(firstNotFinite(Float32Array.of(1, -Infinity, NaN))).toEqual({ at: 1, what: "-Inf" });
    expect(firstNotFinite(new Float32Array([NaN, 1, 2, Infinity]).subarray(1))).toEqual({ at: 2, what: "Inf" });
    // A NaN of any payload and sign.
    expect(firstNotFinite(new Float32Array(Uint32Array.of(0xff800001).buffer))).toEqual({ at: 0, what: "NaN" });
  });

  it("name the token and count what is wrong with logits, and blame the adapter where there is one", async () => {
    const logits = Float32Array.of(1, NaN, Infinity);
    const [base, tuned] = [
      await failureOf(() => requireFiniteLogits(logits, false)),
      await failureOf(() => requireFiniteLogits(logits, true)),
    ];
    expect(base).toMatchObject({ code: "model/logits-not-finite", message: "2 of the 3 logits are not finite; that of token 1 is NaN." });
    expect([base.hint.includes("adapter"), tuned.hint.includes("adapter")]).toEqual([false, true]);
    requireFiniteLogits(Float32Array.of(1, 2), true);
  });

  it.each([
    [NaN, "NaN"],
    [Infinity, "Inf"],
    [-Infinity, "-Inf"],
  ])("refuse a loss of %d", async (value, word) => {
    expect(await failureOf(() => requireFiniteNumber("model/the-loss", value))).toMatchObject({
      code: "model/loss-not-finite",
      message: `The loss is ${word}.`,
    });
    expect(requireFiniteNumber("model/the-loss", 0.5)).toBe(0.5);
  });

  it("are checked before each token is chosen", async () => {
    const answers = [Float32Array.of(0, 1), Float32Array.of(0, NaN)];
    const next = () => Promise.resolve({ likeliest: undefined, all: () => Promise.resolve(answers.shift()) });
    const decoder = { next } as unknown as Decoder;
    const check = (logits: Float32Array): void => requireFiniteLogits(logits, false);
    const tokens = generateTokens(decoder, [1], { temperature: 0, topP: 1, topK: 0, seed: 1, maxTokens: 4, endIds: new Set(), check });
    expect((await tokens.next()).value).toBe(1);
    expect((await failureOf(() => tokens.next())).code).toBe("model/logits-not-finite");
  });
});
