// The quantization table: a new one is a row here, its name in config, and a file beside int4.ts.
import type { Quantization } from "../../config/run-config.ts";
import { int4 } from "./int4.ts";
import { none } from "./none.ts";
import type { QuantizationScheme } from "./scheme.ts";

export const schemes: { readonly [Q in Quantization]: QuantizationScheme } = { int4, none };
