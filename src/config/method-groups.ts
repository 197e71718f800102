// The methods by their groups, which one is recommended, and what stands in for one that takes too much.
import { methodTable, type MethodGroup, type MethodRow } from "./methods.ts";
import { offeredKinds, type MethodKind } from "./run-config.ts";

export const recommendedMethod = "lora" satisfies MethodKind;

/** Without the recommended one, which stands before them. */
export function otherMethods(group: MethodGroup): readonly MethodKind[] {
  return offeredKinds.method.filter((kind) => methodTable[kind].group === group && kind !== recommendedMethod);
}

export function beginsSlowly(kind: MethodKind): boolean {
  const { beginsSlowly: isSlow = false }: MethodRow = methodTable[kind];
  return isSlow;
}

/** What takes less and learns less, the nearest first. */
export function cheaperMethods(kind: MethodKind): readonly MethodKind[] {
  // What is made anew has nothing to add to.
  if (kind === "ia3" || kind === "scratch") return [];
  return methodTable[kind].group === "reparametrised" ? ["ia3"] : [recommendedMethod, "ia3"];
}
