// Every operation a graph may use, with its attributes. Whatever else an operation needs is a table over the same names, so that the
// compiler counts: shape-rules.ts (types of its outputs), onnx.ts (encoding), grad/rules.ts (gradients), runtime/reference (oracle).
import type { Levels4 } from "../base/levels4.ts";
import type { FloatType, Shape } from "../base/tensor.ts";

type None = Readonly<Record<never, never>>;

export interface OpAttributes {
  add: None;
  sub: None;
  mul: None;
  div: None;
  /** The larger of two; elementwise, with broadcasting. */
  maximum: None;
  neg: None;
  abs: None;
  /** −1, 0 or 1. */
  sign: None;
  exp: None;
  /** The greatest whole number that is not above x; a step has no gradient. */
  floor: None;
  sqrt: None;
  sigmoid: None;
  tanh: None;
  /** 2/√π · ∫₀ˣ exp(−t²) dt. */
  erf: None;
  /** NumPy matmul over equal leading dimensions. */
  matmul: None;
  /** alpha · op(A) · op(B) + C, all of rank 2; C (optional third input) broadcasts. */
  gemm: { readonly alpha: number; readonly transA: boolean; readonly transB: boolean };
  reduceSum: { readonly axes: readonly number[] };
  reduceMean: { readonly axes: readonly number[] };
  reshape: { readonly shape: Shape };
  transpose: { readonly perm: readonly number[] };
  concat: { readonly axis: number };
  /** Slices of the given sizes along an axis. */
  split: { readonly sizes: readonly number[]; readonly axis: number };
  slice: { readonly axis: number; readonly start: number; readonly end: number };
  expand: { readonly shape: Shape };
  /** x itself, through which no gradient flows. */
  detach: None;
  /** Over the last axis. */
  softmax: None;
  /** x · w / sqrt(mean(x²) + eps) over the last axis (Zhang & Sennrich 2019). */
  rmsNorm: { readonly eps: number };
  /** (x − mean) / sqrt(variance + eps) · w + b over the last axis (Ba et al. 2016); the variance is that of the whole row. */
  layerNorm: { readonly eps: number };
  /** x [1, tokens, heads · 2 · half], positions [1, tokens] int64, cos and sin [positions, half]; rotates halves (GPT-NeoX layout). */
  rotary: { readonly heads: number };
  /**
   * x [tokens, K], or [1, tokens, K], times a matrix [N, K]ᵀ quantized in blocks along K: codes uint8 [N, blocks, block · bits / 8], scales
   * [N · blocks], optionally zero points of 4 bits uint8 [N, ⌈blocks / 2⌉], else 2^(bits − 1). The layout is MatMulNBits'.
   */
  matmulNBits: NBitsShape;
  /** codes uint4 or uint8 [N, blocks · block], scales [N, blocks], optionally zero points like the codes [N, blocks]. */
  dequantize: { readonly block: number };
  /**
   * x [tokens, K] times a matrix [N, K]ᵀ of {@link levels4}: blocks of {@link levelsBlock} run over the flattened matrix; codes uint8
   * [blocks, 32], the first value in the high half; absmax [blocks].
   */
  matmulLevels4: { readonly n: number; readonly k: number; readonly table: Levels4 };
  /**
   * x [tokens, K] as codes of 8 bits around 128: uint8 [parts · tokens, K], and the step of each row, float32 [tokens, 1]: its greatest
   * absolute value is 127 steps. With two parts the rows below the first have what these leave, in steps that are {@link partSteps}
   * times as fine. Rounds; a row's codes depend on no other row. A step has no gradient.
   */
  quantizeRows: RowParts;
  /**
   * The rows that {@link quantizeRows} made, codes and steps, times a matrix of codes of 8 bits around 128, uint8 [K, N], each column of
   * which has a scale, float32 [N]: [tokens, N]. The sums of products of codes are whole numbers and exact.
   */
  matmulRowCodes: RowParts;
  /** Table [entries, width] and indices uint8 [...shape] to [...shape, width]. */
  lookup: None;
  /** Numbers of one float type as those of another, the nearest where there is none; in float16, infinite from 65,520 on. */
  cast: { readonly to: FloatType };
  /** Rows of x [rows, width] named by an int32 index [count]. */
  gatherRows: None;
  /**
   * Base [rows, width] with updates [count, width] added at the rows that an int32 index [count] names; a row that is named more than
   * once gets the sum, a row that is not named keeps its bits.
   */
  scatterRows: None;
  /** Columns of x [rows, width] in another order: int32 [width], and its inverse, for the gradient. */
  permuteColumns: None;
  /** x [count, width] with values [count] added, each at the column of its row that an int32 index [count] names. */
  addPicked: None;
  /** Index int32 [count] to float32 [count, depth]. */
  oneHot: { readonly depth: number };
  /**
   * Logits x [count, vocabulary] and labels int32 [count] to log softmax(x)[label], [count]; further outputs: for its gradient and
   * no other use exp(x − max x), [count, vocabulary], and the logarithm of its sums, [count], whose negative is max log softmax(x).
   * With a smoothing e, 0 < e < 1, the first is (1 − e) · log softmax(x)[label] + e · mean(log softmax(x)) (Szegedy et al. 2016).
   */
  tokenLogProb: { readonly smoothing?: number };
  /** x · σ(x) in one node; what trains says it in two. */
  silu: None;
  /** Of a, b of one shape and w: rmsNorm(a + b, w), and a + b. */
  addRmsNorm: { readonly eps: number };
  /**
   * Of logits x [rows, vocabulary] and a coolness c [1]: the greatest, [rows, count], in falling order and of equals the first; their columns,
   * int32; Σ exp((x − max x) · c), [rows]; and Σ x, [rows], which is finite only where all are.
   */
  likeliest: { readonly count: number };
  /**
   * Causal attention of new rows over a cache that holds the rows before them and takes the new ones in. Inputs q [1, rows, heads · width],
   * k and v [1, rows, kvHeads · width], or where packed three times the three beside each other; the cache's keys and values [1, kvHeads, capacity, width]; int32 [1] last, the number of its last
   * row with the new ones, and total, last + 1, which lies with the host; mask [1, 1, rows, total], added to the scores; where positions
   * turn cos and sin [capacity, half], whose row is that of the cache: the first 2 · half dims of every head of q and k turn (halves, as
   * in rotary). Scores are q · k times scale. Outputs [1, rows, heads · width] and the cache, which is the
   * buffer that came in (see {@link GraphOutput.into}).
   */
  cachedAttention: { readonly heads: number; readonly kvHeads: number; readonly scale: number; readonly isPacked?: true };
}

/** Operations that only a run without gradients has: see fuse.ts. */
export type InferenceOp = "silu" | "addRmsNorm" | "cachedAttention" | "likeliest";

/** Operations that have a row in the table of gradients. */
export type TrainedOp = Exclude<OpName, InferenceOp>;

export interface NBitsShape {
  readonly n: number;
  readonly k: number;
  readonly block: number;
  readonly bits: 4 | 8;
}

export interface RowParts {
  readonly parts: 1 | 2;
}

/** Steps of a second part in one of the first. */
export const partSteps = 254;

export type OpName = keyof OpAttributes;
