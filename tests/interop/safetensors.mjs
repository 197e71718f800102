// float32 tensors of a safetensors file, in and out, without any of the app's code.
import { readFileSync, writeFileSync } from "node:fs";

/** @returns {Map<string, { shape: number[], data: Float32Array }>} */
export function readTensors(path) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, start).toString());
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return new Map(
    entries.map(([name, { dtype, shape, data_offsets: offsets }]) => {
      if (dtype !== "F32") throw new Error(`${name} is ${dtype}`);
      const [from, to] = offsets.map((at) => at + start);
      return [name, { shape, data: new Float32Array(Uint8Array.from(bytes.subarray(from, to)).buffer) }];
    }),
  );
}

/** @param {Map<string, { shape: number[], data: Float32Array }>} tensors */
export function writeTensors(path, tensors) {
  let at = 0;
  const header = {};
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(padded.length));
  writeFileSync(path, Buffer.concat([size, padded, ...[...tensors.values()].map(({ data }) => Buffer.from(data.buffer))]));
}
