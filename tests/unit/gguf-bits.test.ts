// Blocks of every type that is read give the float32 numbers of llama.cpp's own Python reader (tests/fixtures/gguf) to the last
// bit, signs of zeros too: random codes, and scales at the ends of float16.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { blockFormats } from "../../src/interchange/gguf-blocks.ts";
import { bitsOf, blockFixtures, fromBase64, makeFinite, randomBytes, withEdges } from "../support/gguf-blocks.ts";
import { the } from "../support/the.ts";

const sha256 = (values: Float32Array): string => createHash("sha256").update(bitsOf(values)).digest("hex");

describe("numbers of a GGUF file", () => {
  it("have a fixture for every type that is read", () => {
    expect(new Map(blockFixtures.map(([name, { type }]) => [type, name]))).toEqual(
      new Map([...blockFormats].map(([type, { name }]) => [type, name])),
    );
  });

  it.each(blockFixtures)("of %s are llama.cpp's to the bit", (_name, { type, blocks, values }) => {
    const wanted = new Uint32Array(fromBase64(values).buffer);
    expect(bitsOf(the(blockFormats.get(type)).decode(fromBase64(blocks)))).toEqual(wanted);
  });

  it.each(blockFixtures)("of %s are so with scales at the ends of float16", (_name, { type, halves, blocks, edges }) => {
    const format = the(blockFormats.get(type));
    expect(sha256(format.decode(withEdges(fromBase64(blocks).subarray(0, format.bytes), halves)))).toBe(edges);
  });

  it.each(blockFixtures)("of %s are so in 64 KB of random bytes", (_name, { type, halves, many }) => {
    const format = the(blockFormats.get(type));
    const bytes = randomBytes(Math.floor(65_536 / format.bytes) * format.bytes, 200 + type);
    makeFinite(bytes, format, halves);
    expect(sha256(format.decode(bytes))).toBe(many);
  });
});
