// The 4-bit floats of bitsandbytes: 1 sign, 2 exponent and 1 fraction bits, scaled to −1 … 1 (figures as bitsandbytes and ONNX Runtime
// have them). Not in order, and zero comes twice.

const magnitudes = [0, 0.005208333333, 0.66666667, 1, 0.33333333, 0.5, 0.16666667, 0.25];

export const fp4Values: readonly number[] = [...magnitudes, ...magnitudes.map((value) => -value)];
