// What an adapter trains of the base beside its own matrices: whole modules (PEFT's modules_to_save) and single tokens
// (trainable_token_indices). Of a tied table PEFT trains a copy that is used as the embedding or as the head alone, unless told to tie
// them; single tokens are rows of both always.
import { peftRoot } from "./peft-names.ts";
import { AtelierError } from "../../base/errors.ts";
import { commas, words } from "../../words/message.ts";
import type { ModelSpec } from "../spec.ts";
import { baseParameters, headMatrix, type BaseParameter } from "./base-parameters.ts";
import { freeing, withFreed } from "./freed.ts";
import { ownRate } from "./lora-modules.ts";
import type { AppliedMethod } from "./method.ts";
import { wantedTokens, withTokens } from "./tokens.ts";

export interface SavedSettings {
  readonly save: readonly string[];
  readonly tieSaved: boolean;
  readonly tokenIds: string;
  readonly loraPlusRatio?: number;
}

/** @throws AtelierError `config/invalid` naming what the model does not have, or what is asked for twice */
export function withSaved(spec: ModelSpec, method: AppliedMethod, settings: SavedSettings): AppliedMethod {
  const ids = wantedTokens(spec, settings.tokenIds);
  const parameters = savedParameters(spec, settings);
  const isApart = parameters.some(({ group }) => group === "embedding" || (spec.tiedHead && group === "head"));
  if (ids.length > 0 && isApart) throw new AtelierError("config/invalid#saved-tokens");
  refuseTargets(method, parameters);
  if (settings.tieSaved && !(spec.tiedHead && parameters.some(({ entry }) => entry.name === "table")))
    throw new AtelierError("config/invalid#nothing-tied", { knob: words("knob/tieSaved-label"), save: words("knob/save-label") });
  const tiesHead = spec.tiedHead && settings.tieSaved && parameters.some(({ group }) => group === "embedding");
  const saved =
    parameters.length === 0
      ? method
      : withFreed(method, { parameters: parameters.map((parameter) => inPeft(parameter, settings)), tiesHead });
  const all = ids.length === 0 ? saved : withTokens(spec, saved, ids, "token_adapter.trainable_tokens_delta");
  return all === method ? method : { ...all, isNothingAtZero: false };
}

/** As in PEFT a name means every module whose path it ends, be it in the middle of a word. @throws AtelierError `config/invalid` */
export function savedParameters(spec: ModelSpec, { save, tieSaved }: Pick<SavedSettings, "save" | "tieSaved">): readonly BaseParameter[] {
  const all = savable(spec);
  const unknown = save.find((name) => !all.some(({ module }) => module.endsWith(name)));
  if (unknown !== undefined) {
    const names = [...new Set(all.map(({ module }) => module.split(".").at(-1) as string))];
    throw new AtelierError("config/invalid#saved", { found: unknown, family: spec.family, names: commas(names) });
  }
  const chosen = all.filter(({ module }) => save.some((name) => module.endsWith(name)));
  const isTied = (parameter: BaseParameter): boolean => ["table", "head.weight"].includes(parameter.entry.name);
  if (!(spec.tiedHead && tieSaved && chosen.some(isTied))) return chosen;
  // One table for both, whichever was named.
  return [...all.filter(({ entry }) => entry.name === "table"), ...chosen.filter((parameter) => !isTied(parameter))];
}

/** What can be trained whole: all parameters, and the head's matrix also where it is tied. */
export function savable(spec: ModelSpec): readonly BaseParameter[] {
  return spec.tiedHead ? [...baseParameters(spec), headMatrix(spec)] : baseParameters(spec);
}

/** What files call the tensors that are trained beside the adapter's own. */
export function savedTensors(spec: ModelSpec, settings: SavedSettings): readonly string[] {
  const nothing = freeing("saved", { parameters: [], tiesHead: false });
  return withSaved(spec, nothing, settings).layout.flatMap(({ entries }) => entries.map(({ tensor }) => tensor));
}

function refuseTargets({ layout }: AppliedMethod, parameters: readonly BaseParameter[]): void {
  const twice = parameters.find(({ group, entry }) => {
    const slot = `${entry.name.replace(/\.(weight|bias)$/, "")}.`;
    return (
      entry.kind === "matrix" && layout.some(({ name, entries }) => name === group && entries.some((own) => own.name.startsWith(slot)))
    );
  });
  if (twice) throw new AtelierError("config/invalid#saved-target", { module: twice.module });
}

/** Norms and biases take the rate of B, as in PEFT's LoRA+; whole matrices and rows of the table that of A. */
function inPeft({ entry, ...rest }: BaseParameter, { loraPlusRatio }: SavedSettings): BaseParameter {
  return { ...rest, entry: { ...entry, tensor: peftRoot + entry.tensor, ...(entry.shape.length === 1 ? ownRate(loraPlusRatio) : {}) } };
}
