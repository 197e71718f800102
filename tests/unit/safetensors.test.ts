import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { encodeSafetensors, openSafetensors, readIntegers, readTensor } from "../../src/interchange/safetensors.ts";
import { failureOf } from "../support/errors.ts";

const open = (bytes: Uint8Array<ArrayBuffer>) => openSafetensors(blobSource("w.safetensors", new Blob([bytes])));

/** A file with a header of any kind. */
function crafted(header: unknown, dataBytes: number, announced?: bigint): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, announced ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const float = (start: number, end: number, shape: readonly number[] = [(end - start) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [start, end],
});

describe("safetensors", () => {
  it("read what they wrote", async () => {
    const file = await open(
      encodeSafetensors(
        [
          { name: "a", shape: [2, 2], data: Float32Array.of(1, -0, NaN, 1e-40) },
          { name: "b.c", shape: [3], data: Int32Array.of(-1, 0, 2 ** 31 - 1) },
          { name: "empty", shape: [0, 4], data: new Float32Array() },
        ],
        { format: "pt", note: "ä" },
      ),
    );
    expect([...(await readTensor(file, "a"))]).toEqual([1, -0, NaN, Math.fround(1e-40)]);
    expect([...(await readIntegers(file, "b.c"))]).toEqual([-1, 0, 2 ** 31 - 1]);
    expect(file.tensors.get("empty")?.shape).toEqual([0, 4]);
    expect(file.metadata).toEqual({ format: "pt", note: "ä" });
  });

  it("write data that is aligned to eight bytes, as the format asks", () => {
    for (const name of ["a", "ab", "abc", "abcdefghij"]) {
      const bytes = encodeSafetensors([{ name, shape: [1], data: Float32Array.of(1) }]);
      expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8, name).toBe(0);
    }
  });

  it("write a part of a larger array as that part", async () => {
    const data = Float32Array.of(0, 1, 2, 3).subarray(1, 3);
    expect([...(await readTensor(await open(encodeSafetensors([{ name: "x", shape: [2], data }])), "x"))]).toEqual([1, 2]);
  });

  it("widen F16 and BF16", async () => {
    const bytes = crafted(
      { half: { dtype: "F16", shape: [2], data_offsets: [0, 4] }, brain: { dtype: "BF16", shape: [2], data_offsets: [4, 8] } },
      8,
    );
    bytes.set(new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x3f80, 0xc040).buffer), bytes.length - 8);
    const file = await open(bytes);
    expect([...(await readTensor(file, "half"))]).toEqual([1, -2]);
    expect([...(await readTensor(file, "brain"))]).toEqual([1, -3]);
  });

  it("are refused at every length that is cut off", async () => {
    const whole = encodeSafetensors([{ name: "x", shape: [5], data: Float32Array.of(1, 2, 3, 4, 5) }]);
    for (let length = 0; length < whole.length; length++) {
      const failure = await failureOf(() => open(whole.slice(0, length)));
      expect(failure.code, `${length} bytes`).toBe("model/file-truncated");
      expect(failure.message).toContain("w.safetensors");
    }
  });

  it.each([
    ["no JSON", crafted("{not json}", 8)],
    ["an array", crafted("[1, 2, 3]", 8)],
    ["a length that is absurd", crafted({}, 8, 2n ** 62n)],
    ["a shape that does not fit its bytes", crafted({ x: float(0, 8, [3]) }, 8)],
    ["a shape whose product overflows", crafted({ x: float(0, 8, [2 ** 40, 2 ** 40]) }, 8)],
    ["a negative size", crafted({ x: float(0, 8, [-2]) }, 8)],
    ["a range backwards", crafted({ x: float(8, 0, [2]) }, 8)],
    ["a negative offset", crafted({ x: float(-4, 4, [2]) }, 8)],
    ["three offsets", crafted({ x: { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] } }, 8)],
    ["an unknown type", crafted({ x: { dtype: "F3", shape: [4], data_offsets: [0, 4] } }, 8)],
    ["a type that is a property of every object", crafted({ x: { dtype: "toString", shape: [4], data_offsets: [0, 4] } }, 8)],
    ["an entry that is null", crafted({ x: null }, 8)],
    ["overlapping tensors", crafted({ x: float(0, 8), y: float(4, 12) }, 12)],
  ])("are refused for a header with %s", async (_name, bytes) => {
    expect((await failureOf(() => open(bytes))).code).toBe("model/file-invalid");
  });

  it("name a tensor that ends outside the file", async () => {
    const failure = await failureOf(() => open(crafted({ near: float(0, 4), far: float(4, 12) }, 8)));
    expect(failure.code).toBe("model/file-truncated");
    expect(failure.message).toContain("far");
  });

  it("name a tensor that is missing", async () => {
    const file = await open(encodeSafetensors([]));
    expect(await failureOf(() => readTensor(file, "lost"))).toMatchObject({ code: "model/tensor-missing" });
  });

  it("may hold masks of types that cannot be read, as long as nobody reads them", async () => {
    const entries = { mask: { dtype: "BOOL", shape: [4], data_offsets: [0, 4] }, x: { dtype: "F32", shape: [1], data_offsets: [4, 8] } };
    const file = await open(crafted(entries, 8));
    expect(await readTensor(file, "x")).toHaveLength(1);
    expect((await failureOf(() => readTensor(file, "mask"))).message).toContain("mask holds BOOL");
  });

  it("do not take integers for floats, nor floats for integers", async () => {
    const file = await open(
      encodeSafetensors([
        { name: "i", shape: [1], data: Int32Array.of(1) },
        { name: "f", shape: [1], data: Float32Array.of(1) },
      ]),
    );
    expect((await failureOf(() => readTensor(file, "i"))).code).toBe("model/file-invalid");
    expect((await failureOf(() => readIntegers(file, "f"))).code).toBe("model/file-invalid");
  });
});
