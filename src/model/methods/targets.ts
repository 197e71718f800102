// Which linear layers a method changes, as PEFT's `target_modules` names them.
import { AtelierError } from "../../base/errors.ts";
import { allLinear } from "../../config/knobs.ts";
import { commas } from "../../words/message.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";

/** The names of a model's linear layers, as a user chooses among them and PEFT's `target_modules` lists them. */
export function targetNames({ linears }: Pick<ModelSpec, "linears">): string[] {
  return [...new Set(linears.map(lastPart))];
}

/** The path of a layer's module in the base, e.g. "model.layers.0.self_attn.q_proj". */
export function modulePath({ names }: Pick<ModelSpec, "names">, layer: number, { path }: Pick<LinearSlot, "path">): string {
  return names.layer(layer) + path;
}

/**
 * The linear layers that the targets mean, by layer. As in PEFT a target means every module whose path ends with it.
 * @throws AtelierError `config/invalid` naming a target that this model does not have
 */
export function targetedSlots(spec: ModelSpec, targets: readonly string[]): readonly (readonly LinearSlot[])[] {
  const layers = [...Array(spec.layers).keys()];
  if (targets.includes(allLinear)) return layers.map(() => spec.linears);
  const means = (target: string, module: string): boolean => module === target || module.endsWith(`.${target}`);
  const unknown = targets.find((target) =>
    layers.every((layer) => !spec.linears.some((slot) => means(target, modulePath(spec, layer, slot)))),
  );
  if (unknown !== undefined) {
    const { family } = spec;
    throw new AtelierError("config/invalid#target", { target: unknown, family, names: commas(targetNames(spec)), all: allLinear });
  }
  return layers.map((layer) => spec.linears.filter((slot) => targets.some((target) => means(target, modulePath(spec, layer, slot)))));
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
