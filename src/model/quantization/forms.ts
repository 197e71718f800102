// How one matrix is held, as data that crosses workers, is stored beside weights and tells programs apart. A form says what lies
// in memory and what number a code stands for; how numbers become codes (rounding, least squares, a published file) is not its
// matter. Every form stands for float32 numbers that can be written down; products with them round as float32 does.

/** A number per block. */
export interface LevelForm {
  readonly dtype: "float16" | "float32";
  /**
   * 1: the number itself. 2: a whole code of 8 bits, held plus 128, times a unit of `dtype` that 256 values of a row share (the
   * K-quants of ggml).
   */
  readonly levels: 1 | 2;
}

/** The numbers themselves. Part: weight [rows, columns]. */
export interface FloatForm {
  readonly kind: "float";
  readonly dtype: "float16" | "float32";
  /** value = weight · 2^exponent: room for the smaller exponents of bfloat16 in a float16. 0 where absent. */
  readonly exponent?: number;
}

/**
 * Codes in blocks along a row. Without a minimum: value = q · scale, q from −2^(bits−1), held as q + 2^(bits−1). With one: value =
 * float32(float32(q · scale) + minimum), q held as q − center + 2^(bits−1): a product is made of codes around zero, so that it
 * and the minimum's do not cancel. Every row begins a block, a row's last block may be short: its codes are held padded.
 *
 * Parts: codes uint8 [rows, blocks, block · bits / 8], the even element in the low half of a byte; scales [rows · blocks], or on
 * two levels scales uint8 [rows, blocks] and scaleUnits [rows, ⌈columns / 256⌉]; minima and minimumUnits alike; zeros uint8
 * [rows, ⌈blocks / 2⌉], 4 bits each, the even block in the low half; order int32 [columns].
 */
export interface BlocksForm {
  readonly kind: "blocks";
  readonly bits: 4 | 8;
  readonly block: 16 | 32 | 64 | 128;
  readonly scale: LevelForm;
  /** What is added; a format that takes its minimum off holds it negated. */
  readonly minimum?: LevelForm;
  /** The q in the middle; 2^(bits−1) where absent, so that q is held as it is. Only beside a minimum. */
  readonly center?: number;
  /** value = (q − zero) · scale with q from 0 and a zero of 4 bits per block; only 4 bits, without a minimum. */
  readonly hasZeros?: true;
  /** Column j of what is held is column order[j] of the matrix: GPTQ's act-order, whose groups are no neighbours. */
  readonly isReordered?: true;
}

/**
 * 4-bit indices into 16 levels of bitsandbytes, blocks of 64 over the flattened matrix, the first element in the high half of a byte.
 * value = float32(level · absmax). Parts: codes uint8 [⌈rows · columns / 64⌉, 32], and absmax float32 [blocks]; or, doubly
 * quantized, scaleCodes uint8 [⌈blocks / 256⌉, 256], scaleAbsmax float32 [⌈blocks / 256⌉], scaleMean float32 [1].
 */
export interface Levels4Form {
  readonly kind: "levels4";
  readonly table: "nf4" | "fp4";
  readonly isDouble?: true;
}

/**
 * float8 E4M3 (no infinities): value = float32(number · scale). Parts: codes uint8 [rows, columns], scales float32
 * [rows, ⌈columns / block⌉]; a block as wide as the row where absent.
 */
export interface Float8Form {
  readonly kind: "float8";
  readonly block?: number;
}

/**
 * Codes of 8 bits around 128, a scale per row and a factor per column: value = float32((code − 128) · scale) · factor. Held so in programs that answer, and nowhere else: a
 * product rounds what is multiplied too, row by row, and is one of whole numbers, so that a gradient has no way through it. Parts:
 * codes uint8 [columns, rows], as the kernels read them; scales float32 [rows]; factors float32 [columns].
 */
export interface RowsForm {
  readonly kind: "rows";
  /** Codes of 8 bits that a number that is multiplied is rounded to: two keep 15 to 16 bits of the greatest of its row. */
  readonly activationParts: 1 | 2;
}

export type MatrixForm = FloatForm | BlocksForm | Levels4Form | Float8Form | RowsForm;
