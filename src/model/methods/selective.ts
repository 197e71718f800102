// Methods that train a part of the base and add nothing: its biases (BitFit, Ben Zaken et al. 2022), its norms (Zhao et al. 2023), its last
// layers, table and head, or all of it.
import { AtelierError } from "../../base/errors.ts";
import type { ModelSpec } from "../spec.ts";
import { baseParameters, type BaseParameter } from "./base-parameters.ts";
import { freeing } from "./freed.ts";
import { chosenLayers } from "./layers.ts";
import type { AppliedMethod } from "./method.ts";

/** Every parameter of the model that is called a bias, of norms and head too. @throws AtelierError `config/invalid` where there is none */
export function bitfit(spec: ModelSpec, { layers }: { readonly layers: string }): AppliedMethod {
  const biases = within(spec, layers).filter(({ entry }) => entry.kind === "bias");
  if (biases.length === 0) throw new AtelierError("config/invalid#no-bias", { family: spec.family });
  return freeing("bitfit", { parameters: biases, tiesHead: false });
}

/** Weights and biases of all norms: around the sublayers, of queries and keys, the final one. */
export function norms(spec: ModelSpec, { layers }: { readonly layers: string }): AppliedMethod {
  const matters = within(spec, layers).filter(({ module, layer, entry }) =>
    layer === null ? module === spec.names.finalNorm : spec.vectors.some(({ name }) => name === entry.name),
  );
  return freeing("norms", { parameters: matters, tiesHead: false });
}

/** All of the last layers, and the final norm, which sees what they give. @throws AtelierError `config/invalid` where the model has fewer */
export function lastLayers(spec: ModelSpec, { lastLayers: count }: { readonly lastLayers: number }): AppliedMethod {
  const chosen = new Set(chosenLayers(spec, `last:${count}`));
  const parameters = baseParameters(spec).filter(({ module, layer }) =>
    layer === null ? module === spec.names.finalNorm : chosen.has(layer),
  );
  return freeing("last-k", { parameters, tiesHead: false });
}

/** The table of tokens and the head; a tied head stays tied. Learned positions stay as they are: they are no embeddings of tokens. */
export function embeddingAndHead(spec: ModelSpec): AppliedMethod {
  const parameters = baseParameters(spec).filter(({ group }) => group === "embedding" || group === "head");
  return freeing("embedding", { parameters, tiesHead: spec.tiedHead });
}

export function full(spec: ModelSpec): AppliedMethod {
  return { ...freeing("full", { parameters: baseParameters(spec), tiesHead: spec.tiedHead }), needsFloat32: true };
}

/** Where layers are chosen, only what lies in them; else what lies outside of layers too. */
function within(spec: ModelSpec, layers: string): readonly BaseParameter[] {
  const all = baseParameters(spec);
  if (layers === "") return all;
  const chosen = new Set(chosenLayers(spec, layers));
  return all.filter(({ layer }) => layer !== null && chosen.has(layer));
}
