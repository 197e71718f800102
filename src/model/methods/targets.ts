// Which linear layers a method changes, as PEFT's `target_modules` names them.
import { AtelierError } from "../../base/errors.ts";
import { fullMatch, type PatternRefusals } from "../../base/python-pattern.ts";
import { allLinear } from "../../config/knobs.ts";
import { commas, words } from "../../words/message.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { chosenLayers } from "./layers.ts";

/** The names of a model's linear layers, as a user chooses among them and PEFT's `target_modules` lists them. */
export function targetNames({ linears }: Pick<ModelSpec, "linears">): string[] {
  return [...new Set(linears.map(lastPart))];
}

/** The path of a layer's module in the base, e.g. "model.layers.0.self_attn.q_proj". */
export function modulePath({ names }: Pick<ModelSpec, "names">, layer: number, { path }: Pick<LinearSlot, "path">): string {
  return names.layer(layer) + path;
}

/** Which linear layers are changed, as the knobs of a method say it. */
export interface TargetChoice {
  readonly targets: readonly string[];
  /** Names of modules that are left alone all the same. */
  readonly exclude?: readonly string[];
  /** As {@link chosenLayers} reads it; all if absent. */
  readonly layers?: string;
}

/**
 * The linear layers that are chosen, by layer; never none.
 * @throws AtelierError `config/invalid` naming what this model does not have
 */
export function chosenSlots(spec: ModelSpec, { targets, exclude = [], layers = "" }: TargetChoice): readonly (readonly LinearSlot[])[] {
  const chosenIn = new Set(chosenLayers(spec, layers));
  const byLayer = targetedSlots(spec, targets);
  const modules = byLayer.flatMap((slots, layer) => slots.map((slot) => modulePath(spec, layer, slot)));
  const idle = exclude.find((name) => !modules.some((module) => endsWithName(name, module)));
  if (idle !== undefined) throw new AtelierError("config/invalid#idle", { knob: words("knob/exclude-label"), found: idle });
  const isExcluded = (layer: number, slot: LinearSlot): boolean =>
    exclude.some((name) => endsWithName(name, modulePath(spec, layer, slot)));
  const chosen = byLayer.map((slots, layer) => (chosenIn.has(layer) ? slots.filter((slot) => !isExcluded(layer, slot)) : []));
  if (chosen.every((slots) => slots.length === 0)) throw new AtelierError("config/invalid#no-modules");
  return chosen;
}

/**
 * The linear layers that the targets mean, by layer. As in PEFT a target means every module whose path ends with it, and one in slashes
 * every module whose path it matches as a whole.
 * @throws AtelierError `config/invalid` naming a target that this model does not have
 */
export function targetedSlots(spec: ModelSpec, targets: readonly string[]): readonly (readonly LinearSlot[])[] {
  const layers = [...Array(spec.layers).keys()];
  if (targets.includes(allLinear)) return layers.map(() => spec.linears);
  const rows = targets.map((target) => ({ target, means: meaningOf(target) }));
  const unknown = rows.find(({ means }) => layers.every((layer) => !spec.linears.some((slot) => means(modulePath(spec, layer, slot)))));
  if (unknown !== undefined) {
    const { family } = spec;
    throw new AtelierError("config/invalid#target", { target: unknown.target, family, names: commas(targetNames(spec)), all: allLinear });
  }
  return layers.map((layer) => spec.linears.filter((slot) => rows.some(({ means }) => means(modulePath(spec, layer, slot)))));
}

/** @throws AtelierError `config/invalid` where an expression is none, or cannot be read */
function meaningOf(target: string): (module: string) => boolean {
  const [, expression] = /^\/(.+)\/$/.exec(target) ?? [];
  return expression === undefined ? (module) => endsWithName(target, module) : fullMatch(expression, configRefusals(expression));
}

/** For patterns in knobs. */
export function configRefusals(pattern: string): PatternRefusals {
  return {
    unsupported: (construct) => new AtelierError("config/invalid#expression-with", { found: pattern, construct }),
    invalid: (cause) => new AtelierError("config/invalid#expression", { found: pattern }, { cause }),
  };
}

function endsWithName(name: string, module: string): boolean {
  return module === name || module.endsWith(`.${name}`);
}

/** The shortest names that mean exactly these modules to PEFT, which compares the ends of paths. */
export function shortestTargets(spec: ModelSpec, byLayer: readonly (readonly LinearSlot[])[]): string[] {
  const chosen = new Set(byLayer.flatMap((slots, layer) => slots.map((slot) => modulePath(spec, layer, slot))));
  const all = [...Array(spec.layers).keys()].flatMap((layer) =>
    spec.linears.map((slot) => ({ slot, module: modulePath(spec, layer, slot) })),
  );
  const isWhole = (fits: (slot: LinearSlot) => boolean): boolean => all.every(({ slot, module }) => !fits(slot) || chosen.has(module));
  const names = all.flatMap(({ slot, module }) => {
    if (!chosen.has(module)) return [];
    if (isWhole((other) => lastPart(other) === lastPart(slot))) return [lastPart(slot)];
    return [isWhole((other) => other.path === slot.path) ? slot.path : module];
  });
  return [...new Set(names)];
}

function lastPart({ path }: Pick<LinearSlot, "path">): string {
  return path.split(".").at(-1) ?? path;
}
