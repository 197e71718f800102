// Reads how positions turn from config.json, in both of its forms: rope_scaling beside rope_theta and partial_rotary_factor, as
// published files have it, and the rope_parameters that transformers 5 writes. What would change the angles and is not known is
// refused by name: a model that is turned wrongly answers fluently and wrongly.
import { AtelierError } from "../base/errors.ts";
import type { ConfigReader } from "./config-reader.ts";
import { ropeScalings, type RopeType } from "./rope-scalings.ts";
import type { RopeSpec } from "./spec.ts";

export interface RopeDefaults {
  readonly headDim: number;
  /** What max_position_embeddings says, or the family's default. */
  readonly contextLength: number;
  /** What the model was trained on where the file does not say it; absent: contextLength. */
  readonly originalContext?: number;
  readonly theta?: number;
  /** Where theta stands beside rope_scaling; the first that is there counts. */
  readonly thetaKeys?: readonly string[];
  /** Share of a head's dimensions that turn where the file says nothing; absent: the family turns whole heads only. */
  readonly share?: number;
  /** The key of rope_parameters under which transformers 5 keeps what differs by the type of a layer. */
  readonly layerType?: "full_attention" | "sliding_attention";
  /** Layers of this type do not heed rope_scaling. */
  readonly ignoresScaling?: true;
  /** What the family calls a known type. */
  readonly aliases?: Readonly<Record<string, RopeType>>;
}

/** @throws AtelierError `model/unsupported-feature`, `model/config-invalid`, naming the key. */
export function parseRope(config: ConfigReader, defaults: RopeDefaults): RopeSpec {
  const unified = filled(unifiedParameters(config, defaults.layerType));
  const published = defaults.ignoresScaling ? null : filled(config.object("rope_scaling"));
  const [spec, other] = [unified, published]
    .filter((source) => source !== null)
    .map((source) => readRope(config, source, defaults, source === unified));
  if (spec && other && JSON.stringify(spec) !== JSON.stringify(other)) throw new AtelierError("model/config-invalid#two-ropes");
  return spec ?? readRope(config, null, defaults, true);
}

/** The tokens that a model with this rope reads: dynamic scaling is there to go past what it was trained on. */
export function stretchedContext(contextLength: number, { scaling }: RopeSpec): number {
  return scaling?.type === "dynamic" ? Math.floor(contextLength * scaling.factor) : contextLength;
}

function filled(source: ConfigReader | null): ConfigReader | null {
  return source && source.keys().length > 0 ? source : null;
}

function unifiedParameters(config: ConfigReader, layerType: RopeDefaults["layerType"]): ConfigReader | null {
  const all = config.object("rope_parameters");
  if (!all || layerType === undefined) return all;
  for (const key of all.keys()) if (!["full_attention", "sliding_attention"].includes(key)) all.refuse(key, () => false);
  return all.object(layerType);
}

function readRope(config: ConfigReader, source: ConfigReader | null, defaults: RopeDefaults, mayLackType: boolean): RopeSpec {
  const { headDim, contextLength, originalContext = contextLength, share, theta = 10_000, thetaKeys = ["rope_theta"] } = defaults;
  const shareAt = source?.has("partial_rotary_factor") ? source : config;
  if (share === undefined) shareAt.refuse("partial_rotary_factor", (value) => value === 1);
  const dims = rotatedDims(headDim, shareAt.number("partial_rotary_factor", share ?? 1));
  const beside = config.number(thetaKeys.find((key) => config.has(key)) ?? "rope_theta", theta);
  const spec = { theta: source ? source.number("rope_theta", beside) : beside, dims };
  if (!source) return { ...spec, scaling: null };
  const type = typeOf(source, defaults.aliases ?? {}, mayLackType);
  const { keys, read } = ropeScalings[type];
  for (const key of source.keys()) if (!known.has(key) && !keys.includes(key)) source.refuse(key, (value) => isNeutral(key, value));
  return { ...spec, scaling: read({ config, source, contextLength, originalContext, dims }) };
}

/** Of every type; positions of text are the same on all axes, so mrope's sections change nothing. */
const known: ReadonlySet<string> = new Set([
  "rope_type",
  "type",
  "rope_theta",
  "partial_rotary_factor",
  "mrope_section",
  "mrope_interleaved",
]);

/** Values that say what would be without the key. */
const neutral: Readonly<Record<string, unknown>> = {
  factor: 1,
  attention_factor: 1,
  attn_factor: 1,
  extrapolation_factor: 1,
  finetuned: true,
};

function isNeutral(key: string, value: unknown): boolean {
  return value === false || (Object.hasOwn(neutral, key) && neutral[key] === value);
}

const ropeTypes = Object.keys(ropeScalings) as RopeType[];

/** "su" is what longrope was called first; "mrope" differs from the default only for pictures and films. */
const commonAliases: Readonly<Record<string, RopeType>> = { su: "longrope", mrope: "default" };

/** Older files say "type", transformers 5 says "rope_type"; many say both. */
function typeOf(source: ConfigReader, own: Readonly<Record<string, RopeType>>, mayLack: boolean): RopeType {
  const aliases = { ...commonAliases, ...own };
  const said = ["rope_type", "type"].filter((key) => source.has(key));
  if (said.length === 0 && mayLack) return "default";
  const [type, other] = (said.length > 0 ? said : ["type"]).map((key) => {
    const found = source.expect(key, [...ropeTypes, ...Object.keys(aliases)]);
    return Object.hasOwn(aliases, found) ? (aliases[found] as RopeType) : (found as RopeType);
  }) as [RopeType, RopeType?];
  // Qwen2-VL's files say type mrope and rope_type default; other pairs that differ contradict each other.
  if (other !== undefined && other !== type) throw new AtelierError("model/config-invalid#two-rope-types", { type, other });
  return type;
}

/** @throws AtelierError `model/config-invalid` where pairs cannot be made. */
function rotatedDims(headDim: number, share: number): number {
  const dims = Math.trunc(headDim * share);
  if (dims > 0 && dims % 2 === 0 && dims <= headDim) return dims;
  throw new AtelierError("model/config-invalid#rotation", { dims, all: headDim });
}
