// What a calibration has rounded so far, layer by layer, so that one that was cut off goes on where it was. A layer is two files, its
// codes and then their description with a hash: one that was cut off in between is rounded again.
import { the } from "../../base/the.ts";
import type { EncodedMatrix } from "../../model/quantization/scheme.ts";
import type { TensorData } from "../../runtime/engine.ts";
import type { Directory } from "../../storage/directory.ts";
import { sha256 } from "./cache-manifest.ts";

/** By the names of the checkpoint; large matrices in pieces. */
export type LayerCodes = ReadonlyMap<string, readonly EncodedMatrix[]>;

export interface CalibrationStore {
  /** Null where the layer is not there, or not whole. */
  read(layer: number): Promise<LayerCodes | null>;
  write(layer: number, codes: LayerCodes): Promise<void>;
}

interface KeptPart {
  readonly tensor: string;
  readonly piece: number;
  readonly part: string;
  readonly type: keyof typeof views;
  readonly bytes: number;
}

interface Description {
  readonly sha256: string;
  readonly parts: readonly KeptPart[];
}

const views = {
  Uint8Array: (buffer: ArrayBuffer) => new Uint8Array(buffer),
  Uint16Array: (buffer: ArrayBuffer) => new Uint16Array(buffer),
  Float32Array: (buffer: ArrayBuffer) => new Float32Array(buffer),
} satisfies Record<string, (buffer: ArrayBuffer) => TensorData>;
const types = ["Uint8Array", "Uint16Array", "Float32Array"] as const satisfies readonly (keyof typeof views)[];

export function calibrationStore(directory: Directory): CalibrationStore {
  return {
    read: async (layer) => {
      const [described, codes] = [await directory.read(`${layer}.json`), await directory.read(`${layer}.codes`)];
      if (!described || !codes) return null;
      const { sha256: hash, parts } = JSON.parse(await described.text()) as Description;
      const bytes = new Uint8Array(await codes.arrayBuffer());
      return (await sha256(bytes)) === hash ? parse(parts, bytes.buffer) : null;
    },
    write: async (layer, codes) => {
      const { parts, bytes } = join(codes);
      await directory.write(`${layer}.codes`, bytes);
      const description: Description = { sha256: await sha256(bytes), parts };
      await directory.write(`${layer}.json`, new TextEncoder().encode(JSON.stringify(description)));
    },
  };
}

function typeOf(data: TensorData): KeptPart["type"] {
  const isOfType = (type: KeptPart["type"]): boolean => data.constructor.name === type;
  return the(types.find(isOfType), data.constructor.name);
}

function parse(parts: readonly KeptPart[], buffer: ArrayBuffer): LayerCodes {
  const found = new Map<string, Record<string, TensorData>[]>();
  let at = 0;
  for (const { tensor, piece, part, type, bytes } of parts) {
    const pieces = found.get(tensor) ?? [];
    found.set(tensor, pieces);
    (pieces[piece] ??= {})[part] = views[type](buffer.slice(at, at + bytes));
    at += bytes;
  }
  return found;
}

function join(codes: LayerCodes): { readonly parts: readonly KeptPart[]; readonly bytes: Uint8Array<ArrayBuffer> } {
  const found = [...codes].flatMap(([tensor, pieces]) =>
    pieces.flatMap((encoded, piece) => Object.entries(encoded).map(([part, data]) => ({ tensor, piece, part, data }))),
  );
  const bytes = new Uint8Array(found.reduce((sum, { data }) => sum + data.byteLength, 0));
  let at = 0;
  const parts = found.map(({ data, ...place }) => {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
    return { ...place, type: typeOf(data), bytes: data.byteLength };
  });
  return { parts, bytes };
}
