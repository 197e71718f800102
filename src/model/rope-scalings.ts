// The kinds of rope scaling as a table: the keys that each reads, and how (Hugging Face's modeling_rope_utils.py, 5.24).
import type { ConfigReader } from "./config-reader.ts";
import type { DynamicScaling, LinearScaling, Llama3Scaling, LongRopeScaling, RopeSpec, YarnScaling } from "./spec.ts";

export type RopeType = "default" | NonNullable<RopeSpec["scaling"]>["type"];

interface ScalingSource {
  readonly config: ConfigReader;
  /** rope_scaling, or the part of rope_parameters. */
  readonly source: ConfigReader;
  /** max_position_embeddings */
  readonly contextLength: number;
  /** Where the file does not say it. */
  readonly originalContext: number;
  readonly dims: number;
}

interface ScalingReader {
  readonly keys: readonly string[];
  readonly read: (from: ScalingSource) => RopeSpec["scaling"];
}

const original = "original_max_position_embeddings";

export const ropeScalings = {
  default: { keys: [original], read: () => null },
  linear: { keys: ["factor", original], read: readLinear },
  dynamic: { keys: ["factor", original], read: readDynamic },
  yarn: {
    keys: ["factor", original, "attention_factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim", "truncate"],
    read: readYarn,
  },
  longrope: { keys: ["factor", original, "attention_factor", "long_factor", "short_factor"], read: readLongRope },
  llama3: { keys: ["factor", original, "low_freq_factor", "high_freq_factor"], read: readLlama3 },
} satisfies Readonly<Record<RopeType, ScalingReader>>;

function readLinear({ source }: ScalingSource): LinearScaling {
  return { type: "linear", factor: source.positive("factor") };
}

function readDynamic({ source, contextLength, dims }: ScalingSource): DynamicScaling {
  // Versions of transformers differ in whether they heed it here; where both numbers are the same nothing depends on that.
  source.refuse(original, (value) => value === contextLength);
  if (dims <= 2) source.refuse("factor", (value) => value === 1);
  return { type: "dynamic", factor: source.positive("factor"), originalContext: contextLength };
}

function readLlama3(from: ScalingSource): Llama3Scaling {
  const { source } = from;
  return {
    type: "llama3",
    factor: source.positive("factor"),
    lowFrequencyFactor: source.positive("low_freq_factor"),
    highFrequencyFactor: source.positive("high_freq_factor"),
    originalContext: originalContext(from),
  };
}

function readYarn(from: ScalingSource): YarnScaling {
  const { source, contextLength } = from;
  const context = originalContext(from);
  const factor = source.isNull("factor") ? contextLength / context : source.positive("factor");
  // 0.1 · ln s + 1 is what the paper fits to what attention loses by interpolation.
  const magnitude = (scale: number): number => (factor > 1 ? 0.1 * scale * Math.log(factor) + 1 : 1);
  const [own, all] = [source.number("mscale", 0), source.number("mscale_all_dim", 0)];
  const inferred = own && all ? magnitude(own) / magnitude(all) : magnitude(1);
  return {
    type: "yarn",
    factor,
    originalContext: context,
    // As in transformers, 0 is none.
    betaFast: source.number("beta_fast", 0) || 32,
    betaSlow: source.number("beta_slow", 0) || 1,
    truncate: source.flag("truncate", true),
    attentionFactor: source.has("attention_factor") ? source.positive("attention_factor") : inferred,
  };
}

function readLongRope(from: ScalingSource): LongRopeScaling {
  const { source, contextLength, dims } = from;
  const context = originalContext(from);
  const factor = source.has("factor") ? source.positive("factor") : contextLength / context;
  const inferred = factor > 1 ? Math.sqrt(1 + Math.log(factor) / Math.log(context)) : 1;
  return {
    type: "longrope",
    longFactors: source.positives("long_factor", dims / 2),
    shortFactors: source.positives("short_factor", dims / 2),
    originalContext: context,
    attentionFactor: source.has("attention_factor") ? source.positive("attention_factor") : inferred,
  };
}

/** Phi-3's files say it beside rope_scaling, others within; transformers takes the former where both do, so both must agree. */
function originalContext({ config, source, originalContext: otherwise }: ScalingSource): number {
  if (!config.has(original)) return source.count(original, otherwise);
  const beside = config.count(original);
  source.refuse(original, (value) => value === beside);
  return beside;
}
