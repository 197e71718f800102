// Configurations that were stored by an earlier version of the app, brought to today's shape one version at a time. A migration knows
// what its version was, not what today's is, so it never has to change again.
import { AtelierError, messageOf } from "../base/errors.ts";
import { isRecord, type Json } from "../base/json.ts";
import { words } from "../words/message.ts";
import { parseStoredConfig, type RunConfig } from "./run-config.ts";

/** Of what {@link RunConfig} is. */
export const configVersion = 3;

/** By the version that they start from. */
const migrations: Readonly<Record<number, (stored: Json) => Json>> = { 1: intoSections, 2: inFloat32 };

/**
 * @param version of the record or file that holds it
 * @throws AtelierError `checkpoint/invalid` naming what cannot be read
 */
export function currentConfig(stored: unknown, version: number): RunConfig {
  if (!isRecord(stored)) throw new AtelierError("checkpoint/invalid#damaged", { what: words("interchange/run-record") });
  let config = stored;
  for (let at = version; at < configVersion; at++) config = migrations[at]?.(config) ?? config;
  try {
    return parseStoredConfig(config);
  } catch (error) {
    if (error instanceof AtelierError) throw new AtelierError("checkpoint/invalid#said", { what: messageOf(error) }, { cause: error });
    throw error;
  }
}

/** All knobs of version 1, which were one flat record; those that the oldest of its records lack, with what they stood for. */
const flatKnobs = {
  data: ["batchSize", "accumulate", "seqLength", "validationFraction", "turns", "seed"],
  method: ["rank", "alpha", "targets"],
  optimizer: ["learningRate", "warmupSteps", "weightDecay", "clipNorm", "schedule"],
  stopping: ["steps", "evaluateEvery", "checkpointEvery"],
} as const;

const flatDefaults: Json = { turns: "all", targets: ["all-linear"] };

const flatKinds = { data: "examples", method: "lora", optimizer: "adamw", stopping: "steps" } as const;

/** 1 → 2: LoRA, AdamW and the cross-entropy were all there was. */
function intoSections(stored: Json): Json {
  const unknown = Object.keys(stored).find((name) => !Object.values(flatKnobs).some((names) => names.some((known) => known === name)));
  if (unknown !== undefined)
    throw new AtelierError("checkpoint/invalid#damaged", { what: words("interchange/run-setting", { name: unknown }) });
  const flat = { ...flatDefaults, ...stored };
  const sections = (Object.keys(flatKnobs) as (keyof typeof flatKnobs)[]).map((section) => {
    const knobs = flatKnobs[section].map((name) => [name, flat[name]] as const);
    return [section, { kind: flatKinds[section], ...Object.fromEntries(knobs) }] as const;
  });
  return { ...Object.fromEntries(sections), objective: { kind: "cross-entropy" } };
}

/** 2 → 3: float32 was all there was. */
function inFloat32(stored: Json): Json {
  const optimizer = stored["optimizer"];
  return isRecord(optimizer) ? { ...stored, optimizer: { ...optimizer, precision: "float32" } } : stored;
}
