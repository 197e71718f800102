// Single tokens: rows of the embedding table are trained, the others stay (PEFT's trainable tokens). Where the head is tied to the table
// they are rows of the head too.
import { peftTensor } from "./peft-names.ts";
import { AtelierError } from "../../base/errors.ts";
import { readTokenIds } from "../../config/written-knobs.ts";
import type { ModelSpec } from "../spec.ts";
import type { BaseParameter } from "./base-parameters.ts";
import { freeing, withFreed } from "./freed.ts";
import type { AppliedMethod } from "./method.ts";

/** @throws AtelierError `config/invalid` where no token is named, or one that the model does not have */
export function tokenRows(spec: ModelSpec, { tokenIds }: { readonly tokenIds: string }): AppliedMethod {
  const ids = wantedTokens(spec, tokenIds);
  if (ids.length === 0) throw new AtelierError("config/invalid#no-tokens");
  return withTokens(spec, freeing("tokens", { parameters: [], tiesHead: false }), ids, "trainable_tokens_delta");
}

/** @throws AtelierError `config/invalid` naming a token that the model does not have */
export function wantedTokens({ vocabularySize }: ModelSpec, tokenIds: string): readonly number[] {
  const ids = tokenIds === "" ? [] : (readTokenIds(tokenIds) ?? []);
  const wrong = ids.find((id) => id >= vocabularySize);
  if (wrong !== undefined) throw new AtelierError("config/invalid#token", { id: String(wrong), last: String(vocabularySize - 1) });
  return ids;
}

/**
 * A method that trains rows of the table as well.
 * @param stored what PEFT calls them below the table's module
 */
export function withTokens(spec: ModelSpec, method: AppliedMethod, ids: readonly number[], stored: string): AppliedMethod {
  return { ...withFreed(method, { parameters: [rowsOf(spec, ids, stored)], tiesHead: spec.tiedHead }), tokenIds: ids };
}

function rowsOf({ names, hiddenSize }: ModelSpec, ids: readonly number[], stored: string): BaseParameter {
  const module = names.embedding.replace(/\.weight$/, "");
  const tensor = peftTensor(module, stored);
  return {
    group: "tokens",
    entry: { name: "tokens", shape: [ids.length, hiddenSize], kind: "embedding", tensor },
    module,
    layer: null,
    read: (base) => base.embedding(ids),
  };
}
