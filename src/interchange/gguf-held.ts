// The types of GGUF as forms that are held (model/quantization/forms.ts): the codes, scales and minima of the file in parts of
// their own, codes in the order of the row. Nothing is rounded, but for bfloat16 below 2⁻²⁹: what the parts stand for are the
// numbers of BlockFormat.decode in every bit, signs of zeros too.
import { AtelierError } from "../base/errors.ts";
import { fromBfloat16, toFloat16 } from "../base/half.ts";
import type { BlocksForm, LevelForm, MatrixForm } from "../model/quantization/forms.ts";
import type { EncodedMatrix } from "../model/quantization/scheme.ts";
import {
  fiveBitCodes,
  fourBitCodes,
  iq4NlCodes,
  iq4XsCodes,
  iq4XsScales,
  k4Scales,
  q2KCodes,
  q2KScales,
  q3KCodes,
  q3KScales,
  q4KCodes,
  q5KCodes,
  q6KCodes,
  q6KScales,
  q8Codes,
  type WriteCodes,
  type WriteScales,
} from "./gguf-held-codes.ts";

export interface HeldFormat {
  readonly form: MatrixForm;
  /**
   * The parts of whole rows; rows are whole blocks, so that nothing depends on how many there are. `data` starts at an even offset
   * of its buffer, and may become a part.
   */
  readonly encode: (data: Uint8Array<ArrayBuffer>) => EncodedMatrix;
}

export type HeldType = keyof typeof heldFormats;

const half: LevelForm = { dtype: "float16", levels: 1 };
const twoLevels: LevelForm = { dtype: "float16", levels: 2 };

/**
 * 2⁻¹² gives bfloat16, of 8 significant bits, a float16 for every number from 2⁻²⁹ to 15.9375 in magnitude. Weights are rarely
 * smaller; such a number is off by 2⁻³⁷ at most. A larger one is refused.
 */
const bfloat16Exponent = -12;
const largestBfloat16 = 15.9375;

/** By the names of ggml. A block is 32 values of 8 bits, or 256 on two levels, unless it says otherwise. */
export const heldFormats = {
  F32: { form: { kind: "float", dtype: "float32" }, encode: (data) => ({ weight: float32s(data) }) },
  F16: { form: { kind: "float", dtype: "float16" }, encode: (data) => ({ weight: uint16s(data) }) },
  BF16: {
    form: { kind: "float", dtype: "float16", exponent: bfloat16Exponent },
    encode: (data) => ({ weight: float16OfBfloat16(uint16s(data)) }),
  },
  Q4_0: blocks({ bits: 4, block: 32, scale: half }, { bytes: 18, scaleAt: 0, codes: fourBitCodes(2) }),
  Q4_1: blocks(
    { bits: 4, block: 32, scale: half, minimum: half, center: 8 },
    { bytes: 20, scaleAt: 0, minimumAt: 2, codes: fourBitCodes(4) },
  ),
  Q5_0: blocks({ bits: 8, block: 32, scale: half }, { bytes: 22, scaleAt: 0, codes: fiveBitCodes(2) }),
  Q5_1: blocks(
    { bits: 8, block: 32, scale: half, minimum: half, center: 16 },
    { bytes: 24, scaleAt: 0, minimumAt: 2, codes: fiveBitCodes(4) },
  ),
  Q8_0: blocks({ bits: 8, block: 32, scale: half }, { bytes: 34, scaleAt: 0, codes: q8Codes }),
  Q2_K: blocks(
    { bits: 4, block: 16, scale: twoLevels, minimum: twoLevels, center: 2 },
    { bytes: 84, scaleAt: 80, minimumAt: 82, codes: q2KCodes, scales: q2KScales },
  ),
  Q3_K: blocks({ bits: 4, block: 16, scale: twoLevels }, { bytes: 110, scaleAt: 108, codes: q3KCodes, scales: q3KScales }),
  Q4_K: blocks(
    { bits: 4, block: 32, scale: twoLevels, minimum: twoLevels, center: 8 },
    { bytes: 144, scaleAt: 0, minimumAt: 2, codes: q4KCodes, scales: k4Scales },
  ),
  Q5_K: blocks(
    { bits: 8, block: 32, scale: twoLevels, minimum: twoLevels, center: 16 },
    { bytes: 176, scaleAt: 0, minimumAt: 2, codes: q5KCodes, scales: k4Scales },
  ),
  Q6_K: blocks({ bits: 8, block: 16, scale: twoLevels }, { bytes: 210, scaleAt: 208, codes: q6KCodes, scales: q6KScales }),
  IQ4_NL: blocks({ bits: 8, block: 32, scale: half }, { bytes: 18, scaleAt: 0, codes: iq4NlCodes }),
  IQ4_XS: blocks({ bits: 8, block: 32, scale: twoLevels }, { bytes: 136, scaleAt: 0, codes: iq4XsCodes, scales: iq4XsScales }),
} satisfies Readonly<Record<string, HeldFormat>>;

/** Where things lie in a block of the file. */
interface Layout {
  readonly bytes: number;
  /** The float16 of the scale, or its unit where there are `scales`. */
  readonly scaleAt: number;
  /** The same of the minimum. */
  readonly minimumAt?: number;
  readonly codes: WriteCodes;
  /** The upper of two levels: the K types, whose minima are taken off, and IQ4_XS. */
  readonly scales?: WriteScales;
}

function blocks(form: Omit<BlocksForm, "kind">, { bytes, scaleAt, minimumAt, codes: writeCodes, scales: writeScales }: Layout): HeldFormat {
  const values = writeScales ? 256 : 32;
  const [codeBytes, parts] = [(values * form.bits) / 8, values / form.block];
  return {
    form: { kind: "blocks", ...form },
    encode: (data) => {
      const count = data.byteLength / bytes;
      const codes = new Uint8Array(count * codeBytes);
      for (let block = 0; block < count; block++) writeCodes(data, block * bytes, codes, block * codeBytes);
      const halves = float16sAt(data, bytes, scaleAt, 0);
      const low = minimumAt === undefined ? undefined : float16sAt(data, bytes, minimumAt, writeScales ? signBit : 0);
      if (!writeScales) return { codes, scales: halves, ...(low ? { minima: low } : {}) };
      const scales = new Uint8Array(count * parts);
      const minima = new Uint8Array(low ? count * parts : 0);
      for (let block = 0; block < count; block++) writeScales(data, block * bytes, scales, minima, block * parts);
      return { codes, scales, scaleUnits: halves, ...(low ? { minima, minimumUnits: low } : {}) };
    },
  };
}

const signBit = 0x8000;

/** The float16 at an offset of every block. @param flip bits to turn over */
function float16sAt(data: Uint8Array, bytes: number, offset: number, flip: number): Uint16Array {
  const out = new Uint16Array(data.byteLength / bytes);
  for (let block = 0, at = offset; block < out.length; block++, at += bytes)
    out[block] = ((data[at] as number) | ((data[at + 1] as number) << 8)) ^ flip;
  return out;
}

export function float32s(data: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return new Float32Array(aligned(data).buffer);
}

export function uint16s(data: Uint8Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  return new Uint16Array(aligned(data).buffer);
}

/** A copy where the bytes do not fill their buffer. */
function aligned(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}

let bfloat16Table: Uint16Array | undefined;

/** What is not finite stays so, and is found where weights are looked through. */
function float16OfBfloat16(bits: Uint16Array): Uint16Array {
  bfloat16Table ??= toFloat16(
    fromBfloat16(Uint16Array.from({ length: 65_536 }, (_, at) => at)).map((value) => value * 2 ** -bfloat16Exponent),
  );
  const out = new Uint16Array(bits.length);
  for (let at = 0; at < bits.length; at++) {
    const known = bfloat16Table[bits[at] as number] as number;
    out[at] = known;
    if ((known & 0x7c00) === 0x7c00) requireHoldable(fromBfloat16(bits.subarray(at, at + 1))[0] as number);
  }
  return out;
}

function requireHoldable(value: number): void {
  if (Number.isFinite(value)) throw new AtelierError("model/float16-range#bfloat16", { value, largest: largestBfloat16 });
}
