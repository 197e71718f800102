// The settings of OFT and BOFT as PEFT writes them: blocks by their size or by their number, rotations by Cayley's transform or by the
// first terms of a series.
import type { ModelSpec } from "../model/spec.ts";
import { modulePath } from "../model/methods/targets.ts";
import { words } from "../words/message.ts";
import { positiveAt, unsupportedKey } from "./peft-config.ts";
import type { PeftFile, ReadSettings } from "./peft-files.ts";

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, naming the key */
export function readOftSettings(file: PeftFile): ReadSettings {
  const { config } = file;
  const blockSize = blockSizeOf(file, "oft_block_size", "r");
  if (config["use_cayley_neumann"] === false) return { settings: { blockSize, neumannTerms: 0 } };
  // Before 0.18 the series had another last term; a file of 0.16 or 0.17 does not say its version.
  if (!isSince018(config["peft_version"])) throw unsupportedKey({ use_cayley_neumann: true, ...config }, "use_cayley_neumann");
  const neumannTerms = config["num_cayley_neumann_terms"] === undefined ? 5 : positiveAt(config, "num_cayley_neumann_terms");
  return { settings: { blockSize, neumannTerms } };
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, naming the key */
export function readBoftSettings(file: PeftFile): ReadSettings {
  const { config, weights } = file;
  const blockSize = blockSizeOf(file, "boft_block_size", "boft_block_num");
  const announced = config["boft_n_butterfly_factor"] === undefined ? 1 : positiveAt(config, "boft_n_butterfly_factor");
  const [, tensor] = [...weights.tensors].find(([name]) => name.endsWith(".boft_R")) ?? [];
  // Where PEFT finds no CUDA it makes one factor, whatever it was asked for, and writes down what it was asked for.
  if (announced === 1 || tensor?.shape[0] !== 1) return { settings: { blockSize, factors: announced } };
  return { settings: { blockSize, factors: 1 }, notes: [words("adapter/one-factor", { announced })] };
}

/** Of two keys one says a size, or a number of blocks, and the other 0. Blocks by their number have a size where all modules are as wide. */
function blockSizeOf({ spec, config, modules }: PeftFile, sizeKey: string, countKey: string): number {
  if (!config[countKey]) return positiveAt(config, sizeKey);
  if (config[sizeKey]) throw unsupportedKey(config, countKey);
  const count = positiveAt(config, countKey);
  const [width, ...others] = [...new Set(widthsOf(spec, modules))];
  if (width === undefined || others.length > 0 || width % count !== 0) throw unsupportedKey(config, countKey);
  return width / count;
}

function widthsOf(spec: ModelSpec, modules: ReadonlySet<string>): number[] {
  return Array.from({ length: spec.layers }, (_, layer) =>
    spec.linears.filter((slot) => modules.has(modulePath(spec, layer, slot))).map(({ inFeatures }) => inFeatures),
  ).flat();
}

function isSince018(version: unknown): boolean {
  const text = typeof version === "string" ? version : "";
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  // What led to 0.18 may have had either.
  if (text.startsWith("0.18.0.dev")) return false;
  return Number(major) > 0 || Number(minor) >= 18;
}
