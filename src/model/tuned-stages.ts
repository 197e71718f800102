// A method as the stages of a model take it, and the tensors of what it trains as their feeds.
import { AtelierError } from "../base/errors.ts";
import { itemOf } from "../base/the.ts";
import { zeroFloats, type DeviceTensor, type TensorSource } from "../runtime/engine.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";
import { embedGroups } from "./embed-inputs.ts";
import type { LayerForms } from "./held-weights.ts";
import type { AppliedMethod } from "./methods/method.ts";
import { layerGroup, type GroupName, type ParameterLayout } from "./parameters.ts";
import type { ModelSpec } from "./spec.ts";
import type { TunedHead } from "./stages/head.ts";
import type { BlockKind, TunedLayer } from "./stages/scope.ts";

export type NamedTensors = Readonly<Record<GroupName, DeviceTensor>>;

/** The vectors of a method on an engine. */
export interface TunedTensors {
  readonly parameters: NamedTensors;
  readonly fixed: NamedTensors;
}

/** The group of constants that all layers see. */
const sharedGroup: GroupName = "shared";

const headGroups: ReadonlySet<GroupName> = new Set(["finalNorm", "head"]);
/** Used by the head too where it is tied. */
const tiedGroups: ReadonlySet<GroupName> = new Set(["embedding", "tokens"]);

const inLayout = (layout: ParameterLayout, name: GroupName) => layout.find((group) => group.name === name);

/** In training a method may leave things out at random. */
type Use = "training" | "evaluation";

/** The blocks of a model with what the method does to each. */
export function blockKinds(
  { spec, layerForms }: { readonly spec: ModelSpec; readonly layerForms: readonly LayerForms[] },
  method: AppliedMethod | null,
  use: Use = "evaluation",
): readonly BlockKind[] {
  return spec.layerKinds.map((layer, at) => ({ spec, layer, forms: itemOf(layerForms, at), tuned: tunedLayer(method, at, use) }));
}

/** What the method does to a layer. */
export function tunedLayer(method: AppliedMethod | null, layer: number, use: Use = "evaluation"): TunedLayer | null {
  if (!method) return null;
  const { layout, fixed, prefixTokens } = method;
  const block = method.block(layer);
  return {
    method: block,
    dropout: use === "training" ? (block.dropout ?? 0) : 0,
    parameters: inLayout(layout, layerGroup(layer)),
    fixed: inLayout(fixed, layerGroup(layer)),
    shared: inLayout(fixed, sharedGroup),
    prefixTokens,
  };
}

/** What the method does to final norm and head; null where that is nothing. */
export function tunedHead(method: AppliedMethod | null): TunedHead | null {
  const tiesHead = method?.tiesHead ?? false;
  const groups = (method?.layout ?? []).filter(({ name }) => headGroups.has(name) || (tiesHead && tiedGroups.has(name)));
  return groups.length > 0 ? { groups, tiesHead, tokenIds: method?.tokenIds ?? [] } : null;
}

/** The first layer that a gradient has to reach: below it nothing is trained. */
export function lowestTrained(spec: ModelSpec, method: AppliedMethod): number {
  if (embedGroups(spec, method).length > 0) return 0;
  const first = [...Array(spec.layers).keys()].findIndex((layer) => inLayout(method.layout, layerGroup(layer)));
  return first < 0 ? spec.layers : first;
}

export function layerFeeds(tensors: TunedTensors | null, layer: number): Readonly<Record<string, DeviceTensor>> {
  if (!tensors) return {};
  const { parameters, fixed } = tensors;
  const name = layerGroup(layer);
  return present({ parameters: parameters[name], fixed: fixed[name], shared: fixed[sharedGroup] });
}

/** @param tuned of the head */
export function headFeeds(tensors: TunedTensors | null, tuned: TunedHead | null): Readonly<Record<string, DeviceTensor>> {
  const groups = tensors && tuned ? tuned.groups : [];
  return present(Object.fromEntries(groups.map(({ name }) => [`parameters.${name}`, tensors?.parameters[name]])));
}

function present(feeds: Readonly<Record<string, DeviceTensor | undefined>>): Readonly<Record<string, DeviceTensor>> {
  return Object.fromEntries(Object.entries(feeds).filter((feed): feed is [string, DeviceTensor] => feed[1] !== undefined));
}

/** Flat vectors, or what makes them. */
export type NamedSources = Readonly<Record<GroupName, TensorSource>>;

/** Zeros for every group of a layout; nothing is made before an engine asks for it. */
export function zeroSources(layout: ParameterLayout): NamedSources {
  return Object.fromEntries(layout.map(({ name, size }) => [name, zeroFloats(size)]));
}

/**
 * Uploads the vectors of a layout's groups.
 * @throws AtelierError `checkpoint/invalid` where one is missing
 */
export function uploadGroups(owner: TensorOwner, layout: ParameterLayout, vectors: NamedSources): NamedTensors {
  return Object.fromEntries(
    layout.map(({ name, size }) => {
      const vector = vectors[name];
      if (!vector) throw new AtelierError("checkpoint/invalid#other-shape");
      return [name, owner.upload("float32", [size], vector)];
    }),
  );
}

/** Uploads all of a method. */
export function uploadTuned(
  owner: TensorOwner,
  { layout, fixed }: Pick<AppliedMethod, "layout" | "fixed">,
  numbers: { readonly parameters: NamedSources; readonly fixed: NamedSources },
): TunedTensors {
  return { parameters: uploadGroups(owner, layout, numbers.parameters), fixed: uploadGroups(owner, fixed, numbers.fixed) };
}
