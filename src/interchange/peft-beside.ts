// IA³, VeRA, LoHa, LoKr, OFT and BOFT as Hugging Face PEFT stores them: a row each of the keys that their settings may have, how these
// are read, and how they are written.
import { parseStoredConfig, type MethodConfig } from "../config/run-config.ts";
import { ia3Modules } from "../model/methods/ia3.ts";
import { applyMethod } from "../model/methods/methods.ts";
import { chosenSlots, shortestTargets } from "../model/methods/targets.ts";
import type { NamedVectors, ParameterLayout } from "../model/parameters.ts";
import type { ModelSpec } from "../model/spec.ts";

import {
  announcedModules,
  groupTensors,
  partOfModel,
  readGroups,
  targetsOf,
  type AdapterFormat,
  type ReadAdapter,
} from "./adapter-tensors.ts";
import { anything, commonKeys, isConv1D, layerKeys, numberAt, parseAnnouncement, positiveAt, type Accepts } from "./peft-config.ts";
import { feedforwardNames } from "./peft-ia3.ts";
import type { Config, PeftFile, PeftFiles, ReadSettings, Trained } from "./peft-files.ts";
import { readBoftSettings, readOftSettings } from "./peft-rotations.ts";
import { seededProjections, storesProjections } from "./peft-vera.ts";
import type { SafetensorsFile } from "./safetensors.ts";

export type BesideKind = "ia3" | "vera" | "loha" | "lokr" | "oft" | "boft";
type SettingsOf<K extends BesideKind> = Extract<MethodConfig, { readonly kind: K }>;
interface PeftKind<K extends BesideKind> {
  readonly type: string;
  /** Keys of the settings that may say something, beyond those of all kinds. */
  readonly keys: Readonly<Record<string, Accepts>>;
  readonly read: (file: PeftFile) => ReadSettings;
  readonly write: (settings: SettingsOf<K>, spec: ModelSpec) => Config;
  /** PEFT has it for GPT-2's layers as well, whose weights are stored [in, out]. */
  readonly forConv1D?: true;
}

const rankAndAlpha = ({ config }: PeftFile): ReadSettings => ({
  settings: { rank: positiveAt(config, "r"), alpha: numberAt(config, "alpha") },
});

/** Left out of training at random, and how a linear layer has nothing to do with convolutions. */
const lycorisKeys = { r: anything, alpha: anything, rank_dropout: anything, module_dropout: anything, use_effective_conv2d: anything };

const kinds: { readonly [K in BesideKind]: PeftKind<K> } = {
  ia3: {
    type: "IA3",
    keys: { feedforward_modules: anything, init_ia3_weights: anything },
    read: (file) => ({ settings: { feedforward: feedforwardNames(file) } }),
    write: (settings, spec) => {
      const { slots, feedforward } = ia3Modules(spec, settings);
      const [inputs, outputs] = [feedforward, slots.map((own, layer) => own.filter((slot) => !feedforward[layer]?.includes(slot)))];
      const names = shortestTargets(spec, inputs);
      // PEFT wants the names of the ones among those of the others.
      return {
        target_modules: [...new Set([...shortestTargets(spec, outputs), ...names])],
        feedforward_modules: names,
        init_ia3_weights: true,
      };
    },
    forConv1D: true,
  },
  vera: {
    type: "VERA",
    keys: {
      ...layerKeys,
      r: anything,
      projection_prng_key: anything,
      save_projection: anything,
      vera_dropout: anything,
      d_initial: anything,
      init_weights: anything,
    },
    read: ({ config }) => ({ settings: { rank: positiveAt(config, "r") } }),
    write: ({ rank, dInitial }) => ({ r: rank, d_initial: dInitial, save_projection: true, vera_dropout: 0, bias: "none" }),
    forConv1D: true,
  },
  loha: {
    type: "LOHA",
    keys: { ...layerKeys, ...lycorisKeys, init_weights: anything },
    read: rankAndAlpha,
    write: ({ rank, alpha }) => ({ r: rank, alpha, rank_dropout: 0, module_dropout: 0 }),
  },
  lokr: {
    type: "LOKR",
    keys: { ...layerKeys, ...lycorisKeys, init_weights: anything, decompose_factor: anything, rank_dropout_scale: anything },
    read: (file) => {
      const factor = file.config["decompose_factor"] === undefined ? -1 : numberAt(file.config, "decompose_factor");
      return { settings: { ...rankAndAlpha(file).settings, factor } };
    },
    write: ({ rank, alpha, factor }) => ({
      r: rank,
      alpha,
      decompose_factor: factor,
      decompose_both: false,
      rank_dropout: 0,
      module_dropout: 0,
    }),
  },
  oft: {
    type: "OFT",
    keys: {
      ...layerKeys,
      r: anything,
      oft_block_size: anything,
      module_dropout: anything,
      init_weights: anything,
      // Of the constrained variant, which is refused.
      eps: anything,
      use_cayley_neumann: anything,
      num_cayley_neumann_terms: anything,
    },
    read: readOftSettings,
    write: ({ blockSize, neumannTerms }) => ({
      r: 0,
      oft_block_size: blockSize,
      use_cayley_neumann: neumannTerms > 0,
      num_cayley_neumann_terms: neumannTerms > 0 ? neumannTerms : 5,
      coft: false,
      block_share: false,
      module_dropout: 0,
      bias: "none",
      // The series is the one that PEFT has had since then; without a version it takes it for an older one.
      peft_version: "0.18.0",
    }),
  },
  boft: {
    type: "BOFT",
    keys: {
      ...layerKeys,
      boft_block_size: anything,
      boft_block_num: anything,
      boft_n_butterfly_factor: anything,
      boft_dropout: anything,
      init_weights: anything,
    },
    read: readBoftSettings,
    write: ({ blockSize, factors }) => ({
      boft_block_size: blockSize,
      boft_block_num: 0,
      boft_n_butterfly_factor: factors,
      boft_dropout: 0,
      bias: "none",
    }),
  },
};

/** @returns null where PEFT has the method, but not for layers as this model's */
export function writeBeside(spec: ModelSpec, settings: SettingsOf<BesideKind>, trained: Trained): PeftFiles | null {
  const { type, write, forConv1D } = kinds[settings.kind] as PeftKind<BesideKind>;
  if (isConv1D(spec) && !forConv1D) return null;
  const { layout, fixed } = applyMethod(spec, settings);
  return {
    config: {
      peft_type: type,
      target_modules: settings.kind === "ia3" ? undefined : shortestTargets(spec, chosenSlots(spec, settings)),
      modules_to_save: null,
      ...(forConv1D ? { fan_in_fan_out: isConv1D(spec) } : {}),
      ...write(settings, spec),
    },
    tensors: [...groupTensors(layout, trained.parameters), ...groupTensors(fixed, trained.fixed)],
  };
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, `adapter/not-finite`, naming the key or tensor; `config/invalid`. */
export async function readBeside(spec: ModelSpec, kind: BesideKind, config: Config, weights: SafetensorsFile): Promise<ReadAdapter> {
  const { type, keys, read } = kinds[kind];
  const known = { ...commonKeys, ...keys, peft_type: (value: unknown) => value === type };
  const { base, announces, notes } = parseAnnouncement(spec, config, known);
  const modules = announcedModules(spec, announces);
  const { settings, notes: own = [] } = read({ spec, config, weights, modules });
  const { method } = parseStoredConfig({ method: { kind, targets: targetsOf(spec, modules), ...settings } });
  const { layout, fixed } = applyMethod(spec, method);
  const vectors = await readVectors(config, layout, fixed, weights);
  return { method, ...vectors, base, notes: [...notes, ...own, ...partOfModel(spec, modules)] };
}

/** Names are PEFT's own; there is no other spelling of them. */
const format: AdapterFormat = { canonical: (name) => name, nameOf: (name) => name, transposed: false };

async function readVectors(config: Config, layout: ParameterLayout, fixed: ParameterLayout, weights: SafetensorsFile) {
  const stored = storesProjections(config) ? fixed : [];
  const vectors = await readGroups([...layout, ...stored], format, weights);
  const of = (groups: ParameterLayout): NamedVectors => Object.fromEntries(groups.map(({ name }) => [name, vectors[name] as Float32Array]));
  return { parameters: of(layout), fixed: stored.length === fixed.length ? of(fixed) : seededProjections(config, fixed) };
}
