// Methods that train parameters of the base themselves: what is freed starts as the base has it, in float32. The frozen copy stays on the
// engine beside it, for answers of the base.
import { groupOf, type NamedVectors, type ParameterLayout } from "../parameters.ts";
import type { BaseParameter } from "./base-parameters.ts";
import type { AppliedMethod, BaseNumbers, BlockMethod } from "./method.ts";

export interface Freed {
  readonly parameters: readonly BaseParameter[];
  /** Of {@link AppliedMethod.tiesHead}. */
  readonly tiesHead: boolean;
}

const untouched: BlockMethod = { key: "freed", hooks: () => ({}) };

/** Nothing but the freed parameters. */
export function freeing(kind: string, freed: Freed): AppliedMethod {
  const nothing = () => Promise.resolve({ parameters: {}, fixed: {} });
  const none = { kind, layout: [], fixed: [], virtualTokens: 0, prefixTokens: 0, tiesHead: false, block: () => untouched, start: nothing };
  return withFreed(none, freed);
}

/** A method that trains parameters of the base as well; in a group they stand after its own. */
export function withFreed(method: AppliedMethod, { parameters, tiesHead }: Freed): AppliedMethod {
  const layout = joinedLayout(method.layout, parameters);
  return {
    ...method,
    layout,
    tiesHead: method.tiesHead || tiesHead,
    start: async (base, random, context) => {
      const own = await method.start(base, random, context);
      return { ...own, parameters: await filledIn(layout, own.parameters, parameters, base) };
    },
  };
}

function joinedLayout(own: ParameterLayout, parameters: readonly BaseParameter[]): ParameterLayout {
  const names = new Set([...own, ...parameters.map(({ group }) => ({ name: group }))].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const before = own.find((group) => group.name === name)?.entries ?? [];
    const added = parameters.flatMap(({ group, entry }) => (group === name ? [entry] : []));
    const group = groupOf(name, [...before, ...added]);
    return group ? [group] : [];
  });
}

async function filledIn(
  layout: ParameterLayout,
  own: NamedVectors,
  parameters: readonly BaseParameter[],
  base: BaseNumbers,
): Promise<NamedVectors> {
  const out: Record<string, Float32Array> = {};
  for (const { name, entries, size } of layout) {
    const flat = new Float32Array(size);
    flat.set(own[name] ?? []);
    for (const { group, entry, read } of parameters) {
      const place = group === name ? entries.find((candidate) => candidate.name === entry.name) : undefined;
      if (place) flat.set(await read(base), place.offset);
    }
    out[name] = flat;
  }
  return out;
}
